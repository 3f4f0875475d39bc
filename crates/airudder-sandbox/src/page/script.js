// Brings what has changed into the page, once a second.
const lost = document.getElementById("lost");

async function refresh() {
  try {
    const answer = await fetch("/sandbox/now.html");
    if (!answer.ok) throw new Error(answer.statusText);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Who is selecting text to copy it is not disturbed.
    if (getSelection().isCollapsed) {
      for (const section of fresh.querySelectorAll("[id]")) {
        const shown = document.getElementById(section.id);
        if (!shown.isEqualNode(section)) shown.replaceWith(section);
      }
    }
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
  setTimeout(refresh, 1000);
}

setTimeout(refresh, 1000);
