// Sends the file that somebody chooses, or drops, to the page of imports; `emit` tells the page what became of it.
(() => {
  const { prefix, largest } = document.currentScript.dataset;

  window.kbSend = async (event, emit) => {
    event.preventDefault();
    const file = (event.dataTransfer ?? event.target).files?.[0];
    if (!file) return;
    if (file.size > Number(largest)) {
      emit({ error: "too_large" });
    } else {
      emit({ reading: file.name });
      const answer = await fetch(`${prefix}/knowledge/files?name=${encodeURIComponent(file.name)}`, {
        method: "POST", body: file, credentials: "same-origin",
      }).catch(() => null);
      if (answer?.ok) emit({ id: await answer.text() });
      else emit({ error: answer?.status === 413 ? "too_large" : "failed" });
    }
    if (!event.dataTransfer) event.target.value = "";
  };

  window.kbOver = (event, over) => {
    event.preventDefault();
    event.currentTarget.classList.toggle("kr-drop-over", over);
  };
})();
