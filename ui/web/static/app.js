// Small things that belong to the browser alone: everything else is gradio's.
(() => {
  "use strict";

  // The share of the picture that the edges are shown over.
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-compare]")) {
      event.target.closest(".lp-compare").style.setProperty("--cut", `${event.target.value}%`);
    }
  });

  // An element of the list and its mark on the picture light up together.
  const light = (target, on) => {
    const item = target.closest?.("[data-mark]");
    if (!item) return;
    const mark = item.closest(".lp-detail")?.querySelector(`.lp-mark[data-element="${item.dataset.mark}"]`);
    mark?.classList.toggle("lp-lit", on);
  };
  for (const [name, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(name, (event) => light(event.target, on));
  }

  // A download that fails says why, in the page.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches?.("[data-export]")) return;
    event.preventDefault();
    const told = form.querySelector("[role=alert]");
    const query = new URLSearchParams(new FormData(form));
    if (event.submitter?.name) query.set(event.submitter.name, event.submitter.value);
    told.textContent = "";
    try {
      const answer = await fetch(`${form.getAttribute("action")}?${query}`);
      if (!answer.ok) throw new Error(await answer.text());
      const named = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") || "");
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await answer.blob());
      link.download = named ? named[1] : "asset";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    } catch (error) {
      told.textContent = error.message || "The download failed; try again.";
    }
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const text = button.closest("form, section, div").querySelector("pre").textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Select the text above and copy it";
    }
  });

  // Gradio names its drop zones otherwise than their text says; what is read aloud must hold what is seen.
  const rename = () => {
    for (const zone of document.querySelectorAll(".upload-container[aria-label]")) zone.removeAttribute("aria-label");
  };
  new MutationObserver(rename).observe(document.documentElement, { childList: true, subtree: true });

  // Verdicts of a review inside the page go to the run's store instead of into a file.
  document.addEventListener("load", (event) => {
    const frame = event.target;
    if (!frame.matches?.("iframe[data-report]")) return;
    frame.contentDocument?.addEventListener("lineproof-review", async (saved) => {
      saved.preventDefault();
      const told = frame.parentElement.querySelector(".lp-review-told");
      const answer = await fetch(`/reviews/${frame.dataset.report}`, {
        method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(saved.detail),
      });
      if (!answer.ok) { told.textContent = await answer.text(); return; }
      const { new: added, known, outdated } = await answer.json();
      told.textContent = `${added} verdicts were kept with the run` + (known ? `, ${known} were there already` : "") +
        (outdated ? `, ${outdated} are of images that were made anew since` : "") + ".";
    });
  }, true);

  // A picture on the clipboard goes to the wireframe's upload, bytes unchanged.
  document.addEventListener("paste", (event) => {
    const file = [...(event.clipboardData?.files || [])].find((one) => one.type.startsWith("image/"));
    const input = document.querySelector("#wireframe input[type=file]");
    if (!file || !input) return;
    event.preventDefault();
    const given = new DataTransfer();
    given.items.add(file);
    input.files = given.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
