"use strict";
// An overview whose links (a.cell) lead to traces: some are in the page, the others in files
// beside it, which a page opened from disk may load as scripts.
(() => {
  const here = JSON.parse(document.getElementById("traces").textContent);
  const overview = document.getElementById("overview");
  const article = document.getElementById("trace");
  const title = document.title;
  const decoded = (hash) => {
    try { return decodeURIComponent(hash.slice(1)); } catch { return ""; /* no episode's address */ }
  };
  const links = new Map([...overview.querySelectorAll("a.cell")].map((link) => [decoded(link.hash), link]));
  const order = [...links.keys()];

  const files = new Map();
  globalThis.leanAgentTraces = (file, data) => files.get(file).resolve(data);

  // The data of one file beside the page.
  function load(file) {
    if (!files.has(file)) {
      const entry = {};
      entry.data = new Promise((resolve, reject) => {
        entry.resolve = resolve;
        const script = element("script");
        script.onerror = () => { files.delete(file); reject(new Error(file)); };
        script.src = file;
        document.head.append(script);
      });
      files.set(file, entry);
    }
    return files.get(file).data;
  }

  function link(label, id) {
    const node = element("a", "", label);
    node.href = "#" + (id === null ? "" : encodeURIComponent(id));
    return node;
  }

  const neighbour = (id, step) => order[order.indexOf(id) + step];

  function navigation(id) {
    const before = neighbour(id, -1), after = neighbour(id, 1);
    const nav = element("nav", "", link("↑ " + overview.dataset.name, null),
      before === undefined ? null : link("← " + before, before),
      after === undefined ? null : link(after + " →", after));
    nav.setAttribute("aria-label", "Episodes");
    return nav;
  }

  function show(id, nodes) {
    overview.hidden = true;
    article.hidden = false;
    article.dataset.id = id;
    document.title = `${id} · ${title}`;
    article.replaceChildren(navigation(id), ...nodes, navigation(id));
    window.scrollTo(0, 0);
    article.focus({ preventScroll: true });
  }

  function showTrace(id, data) {
    const trace = data.traces[id];
    show(id, trace ? traceNodes(data, trace)
      : [element("p", "notice", "This trace is not there any more: a newer report was written. Load this page again.")]);
  }

  async function showFrom(file, id) {
    show(id, [element("p", "dim", "Loading…")]);
    let data = null;
    try { data = await load(file); } catch { /* told below */ }
    if (article.hidden || article.dataset.id !== id) return; // the reader went on meanwhile
    if (data) return showTrace(id, data);
    show(id, [element("p", "notice", element("strong", "", `${file} cannot be loaded. `),
      "It belongs beside this page: move the two together. The run folder has the trace, too: ",
      element("code", "", `lean-agent traces view RUN '${id}'`))]);
  }

  function route() {
    const id = decoded(location.hash);
    const target = links.get(id);
    const left = article.hidden ? null : links.get(article.dataset.id);
    if (target) {
      if (target.dataset.file) showFrom(target.dataset.file, id);
      else showTrace(id, here);
      return;
    }
    overview.hidden = false;
    article.hidden = true;
    document.title = title;
    if (left && !id) left.focus();
    else if (id) document.getElementById(id)?.scrollIntoView();
  }

  addEventListener("hashchange", route);
  addEventListener("keydown", (event) => {
    if (article.hidden || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const target = step && neighbour(article.dataset.id, step);
    if (event.key === "Escape") location.hash = "";
    else if (target) location.hash = encodeURIComponent(target);
  });
  if ("open" in overview.dataset && order.length === 1 && !location.hash) history.replaceState(null, "", links.get(order[0]).hash);
  route();
})();
