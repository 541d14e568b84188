"use strict";
(() => {
  const section = document.getElementById("review");
  const sheet = document.getElementById("review-sheet");
  const part = (name) => document.getElementById("review-" + name);
  const shots = [...document.querySelectorAll("[data-review]")]
    .sort((one, other) => Number(one.dataset.review) - Number(other.dataset.review));
  const drawings = [...document.querySelectorAll("#drawings img")];
  const store = "lineproof-review-" + section.dataset.key;

  let state = { reviewer: "", verdicts: {}, history: [] };
  let current = -1;
  let reasons = new Set();
  let kept = true;

  const load = () => {
    try {
      const found = JSON.parse(localStorage.getItem(store));
      if (found && typeof found.verdicts === "object" && Array.isArray(found.history)) state = found;
    } catch (error) {
      kept = false;
    }
  };

  const keep = () => {
    try {
      localStorage.setItem(store, JSON.stringify(state));
    } catch (error) {
      kept = false;
    }
  };

  const tally = () => {
    const said = Object.values(state.verdicts).map((one) => one.verdict);
    return { good: said.filter((v) => v === "good").length, bad: said.filter((v) => v === "bad").length,
      skipped: said.filter((v) => v === "skip").length, all: said.length };
  };

  const tell = () => {
    const { good, bad, skipped, all } = tally();
    const words = `${all} of ${shots.length}: ${good} good, ${bad} bad, ${skipped} skipped`;
    part("count").textContent = words;
    part("progress").value = all;
    part("state").textContent = (all ? words + "." : "") +
      (kept ? "" : " This browser does not keep verdicts: save them before the page is closed.");
    part("start").textContent = all === 0 ? `Review ${shots.length} assets`
      : all < shots.length ? "Go on" : "Look again";
    part("save").disabled = good + bad === 0;
    part("undo").disabled = state.history.length === 0;
  };

  const showReasons = () => {
    for (const button of sheet.querySelectorAll("[data-reason]"))
      button.setAttribute("aria-pressed", String(reasons.has(button.dataset.reason)));
  };

  const picture = (name, source, alt) => {
    const image = part(name);
    image.hidden = !source;
    if (source) image.src = source; else image.removeAttribute("src");
    image.alt = alt;
  };

  const show = (index, before) => {
    current = index;
    reasons = new Set(before ? before.reasons : []);
    part("note").value = before ? before.note : "";
    showReasons();
    const done = index < 0;
    part("case").hidden = done;
    part("done").hidden = !done;
    if (!done) {
      const shot = shots[index];
      const drawn = drawings[Number(shot.dataset.drawing)];
      picture("drawn", drawn && drawn.src, "the wireframe");
      picture("made", shot.querySelector("[data-made]")?.src, "the asset");
      part("prompt").textContent = shot.dataset.prompt;
    }
    tell();
  };

  const next = () => show(shots.findIndex((_, index) => !(index in state.verdicts)));

  const decide = (verdict) => {
    if (current < 0) return;
    state.verdicts[current] = {
      verdict,
      reasons: verdict === "bad" ? [...reasons] : [],
      note: part("note").value.trim(),
      time: new Date().toISOString(),
    };
    state.history.push(current);
    keep();
    next();
  };

  const undo = () => {
    const index = state.history.pop();
    if (index === undefined) return;
    const before = state.verdicts[index];
    delete state.verdicts[index];
    keep();
    show(index, before);
  };

  const toggle = (reason) => {
    if (!reasons.delete(reason)) reasons.add(reason);
    showReasons();
  };

  const save = () => {
    state.reviewer = part("reviewer").value.trim();
    keep();
    if (!state.reviewer) {
      part("state").textContent = "Your name is needed, so that verdicts of several people can be told apart.";
      part("reviewer").focus();
      return;
    }
    const verdicts = Object.entries(state.verdicts)
      .filter(([, one]) => one.verdict !== "skip")
      .map(([index, one]) => ({ id: shots[index].dataset.id, seed: shots[index].dataset.seed,
        asset: shots[index].dataset.asset, ...one }));
    const file = { kind: "lineproof-review", version: Number(section.dataset.version), run: section.dataset.run,
      reviewer: state.reviewer, verdicts };
    // A page around this one may keep the verdicts itself.
    if (!document.dispatchEvent(new CustomEvent("lineproof-review", { detail: file, cancelable: true }))) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(file, null, 1)], { type: "application/json" }));
    link.download = "review.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    part("state").textContent = `${verdicts.length} verdicts saved as review.json; bring them in with ` +
      "lineproof review import review.json --run RUN";
  };

  const open = () => {
    if (tally().all === shots.length && state.history.length) undo(); else next();
    sheet.showModal();
    sheet.focus();
  };

  const actions = { good: () => decide("good"), bad: () => decide("bad"), skip: () => decide("skip"), undo,
    note: () => part("note").focus(), close: () => sheet.close() };
  const keys = { g: "good", b: "bad", s: "skip", u: "undo", n: "note" };

  sheet.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === part("note")) {
      if (event.key === "Enter") sheet.focus();
      if (event.key === "Enter") event.preventDefault();
      return;
    }
    const tags = sheet.querySelectorAll("[data-reason]");
    const number = Number(event.key);
    if (keys[event.key.toLowerCase()]) actions[keys[event.key.toLowerCase()]]();
    else if (number >= 1 && number <= tags.length) toggle(tags[number - 1].dataset.reason);
    else return;
    event.preventDefault();
  });
  sheet.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.reason) toggle(button.dataset.reason);
    else actions[button.dataset.action]();
    if (sheet.open && button.dataset.action !== "note") sheet.focus();
  });
  sheet.addEventListener("close", () => { tell(); part("start").focus(); });
  part("start").addEventListener("click", open);
  part("save").addEventListener("click", save);
  part("reviewer").addEventListener("change", () => { state.reviewer = part("reviewer").value.trim(); keep(); });

  load();
  part("reviewer").value = state.reviewer || "";
  section.hidden = false;
  tell();
})();
