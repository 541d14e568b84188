// Runs in the page: mounts a component, fits it to the canvas, marks what is seen as an edge, and lists its elements.
(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();

  // sRGB and alpha, 0 to 255, of any CSS colour, however the engine writes it.
  function rgba(text) {
    if (!known.has(text)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = "#000";
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      known.set(text, [...canvas.getImageData(0, 0, 1, 1).data]);
    }
    return known.get(text);
  }

  function over(colour, ground) {
    const share = colour[3] / 255;
    return [0, 1, 2].map((c) => colour[c] * share + ground[c] * (1 - share));
  }

  const differ = (a, b) => Math.max(...[0, 1, 2].map((c) => Math.abs(a[c] - b[c]))) >= 7;
  const SIDES = ["Top", "Right", "Bottom", "Left"];

  function background(style, ground) {
    return over(rgba(style.backgroundColor), ground);
  }

  // The sides whose border is seen against the inside or the outside.
  function borders(style, inside, ground) {
    return SIDES.filter((side) => {
      if (parseFloat(style[`border${side}Width`]) < 0.5 || ["none", "hidden"].includes(style[`border${side}Style`])) return false;
      const colour = rgba(style[`border${side}Color`]);
      const seen = over(colour, ground);
      return colour[3] > 8 && (differ(seen, ground) || differ(seen, inside));
    });
  }

  function ringed(style, ground) {
    if (style.boxShadow === "none") return false;
    return style.boxShadow.split(/,(?![^(]*\))/).some((shadow) => {
      const colour = (shadow.match(/[a-z-]+\([^)]*\)|#\w+|transparent/) || ["#000"])[0];
      const [x, y, blur, spread] = (shadow.replace(colour, "").match(/-?[\d.]+px/g) || []).map(parseFloat);
      const alpha = rgba(colour)[3];
      return alpha > 12 && (Math.abs(x) + Math.abs(y) + blur + Math.abs(spread) > 0.9) && differ(over(rgba(colour), ground), ground);
    });
  }

  const glyphic = (style) => style.clipPath !== "none" || (style.maskImage || "none") !== "none";
  const drawn = (style) => /url\(["']?data:image\/svg/.test(style.backgroundImage) && !/feTurbulence/.test(decodeURIComponent(style.backgroundImage));
  const painted = (style) => /gradient\(/.test(style.backgroundImage) && !/^(0|[\d.]+)px/.test(style.backgroundSize) && !/feTurbulence/.test(style.backgroundImage);
  const dotted = (style) => /gradient\(/.test(style.backgroundImage) && /^[\d.]+px/.test(style.backgroundSize);

  // What a designer would draw of a box: its outline, single sides, a solid mark, or nothing.
  function judge(style, ground) {
    const inside = background(style, ground);
    const seen = borders(style, inside, ground);
    const filled = differ(inside, ground);
    if (glyphic(style)) return { kind: filled ? "mark" : "none", inside };
    if (filled || seen.length === 4 || painted(style) || ringed(style, ground)) {
      const turning = seen.length && seen.length < 4 && style.borderTopLeftRadius.startsWith("50");
      return { kind: "edge", inside: painted(style) ? over(rgba("#808080"), ground) : inside, sides: turning ? seen : [] };
    }
    return { kind: seen.length ? "sides" : "none", inside, sides: seen };
  }

  function inked(image) {
    const decoded = decodeURIComponent(image.slice(image.indexOf(",") + 1).replace(/["']?\)$/, "")).replaceAll('\\"', '"');
    const dark = decoded.replace(/(stroke|fill)=(["'])(?!none)[^"']*\2/g, "$1=$2#222$2");
    // A disc is a knob or a dot: its outline, not a blot.
    const outlined = dark.replace(/<circle([^>]*?)fill=(["'])#222\2/g, "<circle$1fill='#fff' stroke='#222' stroke-width='2' vector-effect='non-scaling-stroke'");
    return `url("data:image/svg+xml,${encodeURIComponent(outlined)}")`;
  }

  function invisible(element) {
    for (let node = element; node && node.id !== "stage"; node = node.parentElement) {
      const style = getComputedStyle(node);
      if (style.visibility === "hidden" || style.display === "none" || parseFloat(style.opacity) < 0.05) return true;
    }
    return false;
  }

  const rules = [];
  let zoomNow = 1;
  let canvasWidth = 0;
  let canvasHeight = 0;

  function mark(element, ground, shapes) {
    if (element instanceof SVGElement) return;
    const style = getComputedStyle(element);
    if (style.display === "none" || style.visibility === "hidden") return;
    if (parseFloat(style.opacity) < 0.05) { element.dataset.lpHidden = ""; return; }
    let verdict = judge(style, ground);
    const box = element.getBoundingClientRect();
    if (element.tagName === "PROGRESS") verdict = { ...verdict, kind: "edge", sides: [] };
    if (element.type === "range") {
      verdict.kind = "none";
      shapes.push([element, box]);
    }
    const id = rules.length;
    element.dataset.lpId = id;
    const lines = [];
    if (verdict.kind !== "none") element.dataset.lp = verdict.kind;
    if (verdict.kind === "sides") {
      const turned = style.transform !== "none";
      const inset = [];
      for (const side of verdict.sides) {
        lines.push(`border-${side.toLowerCase()}-color: #222 !important;`);
        const width = parseFloat(style[`border${side}Width`]);
        const x = { Left: 1, Right: -1 }[side] || 0;
        const y = { Top: 1, Bottom: -1 }[side] || 0;
        if (width < 2) inset.push(`inset calc(${x} * (var(--lp-line) - ${width}px)) calc(${y} * (var(--lp-line) - ${width}px)) 0 0 #222`);
      }
      if (inset.length && !turned) lines.push(`box-shadow: ${inset.join(", ")} !important;`);
    }
    const thick = parseFloat(style.borderTopWidth);
    if (verdict.kind === "edge" && thick * zoomNow > 5 && borders(style, verdict.inside, verdict.inside).length === 4) {
      lines.push("box-shadow: inset 0 0 0 var(--lp-line) #222 !important;");
    }
    if (drawn(style)) {
      element.dataset.lpImage = "";
      lines.push(`background-image: ${inked(style.backgroundImage.match(/url\((?:"(?:[^"\\]|\\.)*"|[^)]*)\)/)[0])} !important;`);
      lines.push(`background-repeat: ${style.backgroundRepeat} !important; background-position: ${style.backgroundPosition} !important;`);
      lines.push(`background-size: ${style.backgroundSize} !important; background-origin: ${style.backgroundOrigin} !important;`);
    } else if (dotted(style)) {
      element.dataset.lpImage = "";
      const image = style.backgroundImage.replaceAll(style.color, "#222");
      lines.push(`background-image: ${image} !important; background-size: ${style.backgroundSize} !important;`);
      lines.push(`background-position: ${style.backgroundPosition} !important; background-repeat: ${style.backgroundRepeat} !important;`);
    }
    const at = rules.length;
    rules.push(lines.length ? `#stage.lp-wire #case [data-lp-id="${id}"][data-lp-id] { ${lines.join(" ")} }` : "");
    if (["edge", "sides"].includes(verdict.kind)) shapes.push([element, box]);
    for (const which of ["before", "after"]) {
      const pseudo = getComputedStyle(element, `::${which}`);
      if (["none", "normal"].includes(pseudo.content) || pseudo.display === "none" || parseFloat(pseudo.opacity) < 0.05 || pseudo.visibility === "hidden") continue;
      const inner = judge(pseudo, verdict.inside);
      const flat = parseFloat(pseudo.width) < 0.5 || parseFloat(pseudo.height) < 0.5;
      let kind = inner.kind;
      if (flat && kind === "edge") kind = inner.sides.length ? "sides" : "none";
      if (/scale\(0|matrix\(0, 0, 0, 0/.test(pseudo.transform)) kind = "none";
      // Thin bars and ticks made of borders are strokes, not boxes.
      const thin = Math.min(parseFloat(pseudo.width), parseFloat(pseudo.height)) < 5;
      if (kind === "edge" && thin && !inner.sides.length && parseFloat(pseudo.borderTopWidth) < 1) kind = "mark";
      if (kind === "none") continue;
      element.dataset[which === "before" ? "lpBefore" : "lpAfter"] = kind;
      if (kind === "sides") {
        const all = SIDES.map((side) => `border-${side.toLowerCase()}-color: ${inner.sides.includes(side) ? "#222" : "transparent"} !important;`);
        rules.push(`#stage.lp-wire #case [data-lp-id="${id}"][data-lp-id]::${which} { ${all.join(" ")} }`);
      }
    }
    // A knob on a track hides the track's line: an inset shadow lies under it, an outline would not.
    const knob = element.dataset.lpBefore === "edge" || element.dataset.lpAfter === "edge";
    if (verdict.kind === "edge" && knob && thick < 0.5) {
      rules[at] += `#stage.lp-wire #case [data-lp-id="${id}"][data-lp-id] { outline-color: transparent !important; box-shadow: inset 0 0 0 var(--lp-line) #222 !important; }`;
    }
    for (const child of element.children) mark(child, verdict.inside, shapes);
  }

  function fit(stage, room) {
    const held = stage.firstElementChild;
    held.style.zoom = 1;
    const natural = held.getBoundingClientRect();
    const zoom = Math.min(room.width / natural.width, room.height / natural.height, room.most);
    held.style.zoom = zoom.toFixed(3);
    document.documentElement.style.setProperty("--lp-line", `${(2.2 / zoom).toFixed(4)}px`);
    return zoom;
  }

  const list = (r) => [r.left, r.top, r.right, r.bottom];

  // The nearest outlined box around a text.
  const surface = (element) => element.closest("[data-lp='edge']") || document.getElementById("stage");

  function words() {
    const found = [];
    const walker = document.createTreeWalker(document.getElementById("case"), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.nodeValue.replace(/\s+/g, " ").trim();
      if (!text || invisible(node.parentElement) || ["OPTION", "STYLE", "TITLE"].includes(node.parentElement.tagName)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const lines = [...range.getClientRects()].filter((rect) => rect.width > 1);
      if (lines.length) found.push({ node, text, rects: lines.map(list), room: list(surface(node.parentElement).getBoundingClientRect()) });
    }
    // Form controls keep their text to themselves: its line runs inside the padding.
    for (const field of document.querySelectorAll("#case input, #case select, #case textarea, #case [data-tip]")) {
      const tip = field.dataset.tip;
      const written = tip || (field.tagName === "SELECT" ? field.selectedOptions[0]?.text : field.value || field.placeholder);
      const kinds = ["text", "search", "email", "number", "tel", "url", "select-one", "textarea"];
      if (!written || (!tip && !kinds.includes(field.type)) || invisible(field)) continue;
      const r = field.getBoundingClientRect();
      if (tip) found.push({ node: field, text: tip, rects: [[2, 1, canvasWidth - 2, r.top]] });
      else {
        const style = getComputedStyle(field);
        const wide = lengthOf(field, written.trim(), style) + 4;
        const [left, right] = [r.left + (parseFloat(style.paddingLeft) - 1) * zoomNow, r.right - (parseFloat(style.paddingRight) - 1) * zoomNow];
        const middle = (left + right) / 2;
        const centred = style.textAlign === "center";
        found.push({ node: field, text: written.trim(), rects: [[centred ? middle - wide / 2 : left, r.top + 2, centred ? middle + wide / 2 : Math.min(right, left + wide), r.bottom - 2]] });
      }
    }
    return found;
  }

  // Width in px of a string in a field's type.
  function lengthOf(field, written, style) {
    const ruler = document.createElement("span");
    ruler.style.cssText = `position:absolute;white-space:pre;font:${style.font};letter-spacing:${style.letterSpacing}`;
    ruler.textContent = written;
    document.getElementById("case").append(ruler);
    const wide = ruler.getBoundingClientRect().width;
    ruler.remove();
    return wide;
  }

  // Why a component cannot be used as it lies there: letters that are cut off, wrapped or outside. Empty if it can.
  function flaw(held, texts) {
    for (const element of held.querySelectorAll("*:not(svg, svg *)")) {
      const style = getComputedStyle(element);
      const clips = style.overflowX !== "visible" && element.textContent.trim() && !["INPUT", "SELECT", "PROGRESS"].includes(element.tagName);
      if (clips && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0) return `${element.className} cuts its content`;
    }
    for (const field of held.querySelectorAll("input, select")) {
      const written = field.tagName === "SELECT" ? field.selectedOptions[0]?.text : field.value || field.placeholder;
      if (!["text", "search", "select-one"].includes(field.type) || !written) continue;
      const style = getComputedStyle(field);
      const wide = lengthOf(field, written, style);
      const spare = field.type === "search" ? 28 : 4;
      const room = field.getBoundingClientRect().width - (parseFloat(style.paddingLeft) + parseFloat(style.paddingRight) + spare) * zoomNow;
      if (wide > room) return "a field cuts its text";
    }
    for (const part of held.querySelectorAll("svg.lp-icon, [data-lp]")) {
      const around = part.parentElement.closest("[data-lp='edge']");
      if (!around || getComputedStyle(part).position === "absolute") continue;
      const [inner, outer] = [part.getBoundingClientRect(), around.getBoundingClientRect()];
      if (inner.left < outer.left - 2 || inner.right > outer.right + 2) return "a part leaves its box";
    }
    for (const { text, rects, room } of texts) {
      if (new Set(rects.map((r) => Math.round(r[1]))).size > 1) return `${text} is wrapped`;
      const [x0, y0, x1, y1] = rects[0];
      if (x0 < 1 || y0 < 0 || x1 > canvasWidth - 1 || y1 > canvasHeight) return `${text} leaves the canvas`;
      if (room && (x0 < room[0] - 1 || x1 > room[2] + 1)) return `${text} leaves its box`;
    }
    const apart = [
      ...texts.map((text) => ({ box: text.rects[0], node: text.node })),
      ...[...held.querySelectorAll("svg.lp-icon, button, .badge, .tag, .delete, .btn-close")].map((node) => ({ box: list(node.getBoundingClientRect()), node })),
    ];
    for (const [index, one] of apart.entries()) {
      for (const other of apart.slice(index + 1)) {
        if (one.node.contains(other.node) || other.node.contains(one.node)) continue;
        const wide = Math.min(one.box[2], other.box[2]) - Math.max(one.box[0], other.box[0]);
        const tall = Math.min(one.box[3], other.box[3]) - Math.max(one.box[1], other.box[1]);
        if (wide > 1 && tall > 2) return "two parts overlap";
      }
    }
    const box = held.getBoundingClientRect();
    if (box.width < 4 || box.height < 4) return "nothing is there";
    if (box.left < 2 || box.top < 2 || box.right > canvasWidth - 2 || box.bottom > canvasHeight - 2) return "it leaves the canvas";
    if (zoomNow < 0.7) return "it is too small";
    return "";
  }

  window.mountCase = (spec) => {
    const root = document.documentElement;
    root.className = spec.htmlClass || "";
    root.setAttribute("data-theme", spec.theme);
    root.setAttribute("data-bs-theme", spec.theme === "dark" ? "dark" : "light");
    root.setAttribute("style", `${spec.variables}; --lp-font: "${spec.font}"; --lp-ground: ${spec.ground}; --lp-width: ${spec.width}px; --lp-height: ${spec.height}px`);
    [canvasWidth, canvasHeight] = [spec.width, spec.height];
    document.getElementById("lp-rules").textContent = "";
    document.body.innerHTML = `<div id="stage"></div>`;
    const stage = document.getElementById("stage");
    stage.innerHTML = `<div id="case"></div>`;
    stage.firstElementChild.innerHTML = spec.markup;
    for (const node of stage.querySelectorAll("[data-indeterminate]")) node.indeterminate = true;
    const zoom = fit(stage, spec.room);
    zoomNow = zoom;
    rules.length = 0;
    const shapes = [];
    const ground = over(rgba(getComputedStyle(stage).backgroundColor), [255, 255, 255]);
    const held = document.getElementById("case");
    for (const child of held.children) mark(child, ground, shapes);
    document.getElementById("lp-rules").textContent = rules.join("\n");
    const accent = held.querySelector("[data-c]");
    const accentBox = accent ? accent.getBoundingClientRect() : held.getBoundingClientRect();
    const texts = words();
    const wrong = flaw(held, texts);
    // Two copies below the component: as a wireframe, and with letters and icons alone.
    for (const classes of wrong ? [] : ["lp-wire", "lp-wire lp-ink"]) {
      const copy = stage.cloneNode(true);
      copy.className = classes;
      document.body.append(copy);
    }
    return {
      zoom,
      flaw: wrong,
      ground: ground.map(Math.round),
      accent: list(accentBox),
      manner: manner(held, ground),
      shapes: shapes.map(([element, box]) => ({ name: element.dataset.part || "", box: list(box), round: getComputedStyle(element).borderTopLeftRadius })),
      icons: [...held.querySelectorAll("svg.lp-icon")].filter((svg) => !invisible(svg)).map((svg) => ({ name: svg.dataset.name, box: list(svg.getBoundingClientRect()) })),
      texts: texts.map(({ text, rects }) => ({ text, rects })),
    };
  };

  // How the component's own surface is painted: "outlined", "gradient", "material" (a soft shadow) or "flat".
  function manner(held, ground) {
    const main = held.querySelector("[data-part='panel']") || held.querySelector("[data-c]") || held.firstElementChild;
    const style = getComputedStyle(main);
    const inside = background(style, ground);
    if (painted(style)) return "gradient";
    const shadows = style.boxShadow === "none" ? [] : style.boxShadow.split(/,(?![^(]*\))/).filter((s) => !s.includes("inset"));
    const soft = shadows.some((shadow) => {
      const colour = (shadow.match(/[a-z-]+\([^)]*\)/) || ["#000"])[0];
      const sizes = (shadow.replace(colour, "").match(/-?[\d.]+px/g) || []).map(parseFloat);
      return rgba(colour)[3] > 16 && sizes[2] >= 3;
    });
    if (soft) return "material";
    if (!differ(inside, ground) && borders(style, inside, ground).length === 4) return "outlined";
    return "flat";
  }
})();
