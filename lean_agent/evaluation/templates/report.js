"use strict";
// Everything from a trace is untrusted text: it reaches the page through
// textContent only, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("traces").textContent);
  const text = (index) => (index === null ? "" : data.strings[index]);
  const order = data.traces.map((trace) => trace.id);
  const byId = new Map(data.traces.map((trace) => [trace.id, trace]));
  const overview = document.getElementById("overview");
  const article = document.getElementById("trace");
  const title = document.title;

  function element(tag, className, ...children) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.append(...children.filter((child) => child !== null));
    return node;
  }

  const KEYWORDS = "theorem lemma def example instance structure inductive class abbrev axiom open namespace section end import variable universe where by fun let have show from if then else match with do at using in ∀ ∃ λ";
  const TACTICS = "exact apply refine intro intros constructor left right cases rcases obtain induction rfl rw simp simp_all simpa decide calc exists contradiction exfalso assumption by_cases unfold subst symm trans congr first repeat try all_goals next case rintro split ext conv specialize omega norm_num linarith nlinarith ring field_simp positivity aesop push_neg use rename_i trivial";
  const word = (words, name) => words.split(" ").map((w) => [w, name]);
  const KINDS = new Map([
    ...word(KEYWORDS, "keyword"), ...word(TACTICS, "tactic"), ["sorry", "bad"], ["admit", "bad"],
  ]);
  const TOKEN = /(--.*|\/-[\s\S]*?(?:-\/|$))|("(?:[^"\\]|\\[\s\S])*"?)|(\b\d+(?:\.\d+)?\b)|([\p{L}_][\p{L}\p{N}_'!?₀-₉]*(?:\.[\p{L}_][\p{L}\p{N}_'!?₀-₉]*)*|[∀∃λ])/gu;

  function lean(code) {
    const block = element("code");
    let last = 0;
    for (const found of code.matchAll(TOKEN)) {
      const kind = found[1] ? "comment" : found[2] ? "string" : found[3] ? "number" : KINDS.get(found[0]);
      if (!kind) continue;
      block.append(code.slice(last, found.index), element("span", "hl-" + kind, found[0]));
      last = found.index + found[0].length;
    }
    block.append(code.slice(last));
    return element("pre", "lean", block);
  }

  function fold(label, open, ...children) {
    const node = element("details", "", element("summary", "", label), ...children);
    node.open = open;
    return node;
  }

  function badge(verdict) {
    const words = verdict.reason.replaceAll("_", " ");
    const node = element("span", "badge", verdict.accepted ? "accepted" : "rejected: " + words);
    node.title = verdict.detail;
    return node;
  }

  function callBlock(call) {
    const block = element("div", "call", element("p", "label", "calls ", element("code", "", call.name)));
    for (const [name, index] of call.arguments) {
      const value = text(index);
      block.append(name === "code" ? lean(value)
        : element("p", "argument", element("span", "dim", name + ": "), value));
    }
    return block;
  }

  function resultBlock(message) {
    const verdict = message.verdict;
    const label = element("p", "label", message.tool ? element("code", "", message.tool) : "the tool", " answers ");
    if (verdict) label.append(badge(verdict), ` in ${verdict.seconds.toFixed(2)} s`);
    const tone = verdict ? (verdict.accepted ? " good" : " bad") : "";
    return element("div", "result" + tone, label, element("pre", "", text(message.text)));
  }

  function turnBlock(number, message, turn) {
    const seconds = turn ? `${turn.seconds.toFixed(1)} s` : "";
    const tokens = turn && turn.tokens !== null ? ` · ${turn.tokens} tokens` : "";
    const cut = turn && turn.cut ? " · cut off at the token limit" : "";
    const block = element("section", "turn",
      element("h2", "", `Turn ${number} `, element("span", "dim", seconds + tokens + cut)));
    const words = text(message.text).trim();
    if (words) block.append(element("p", "words", words));
    for (const call of message.calls) block.append(callBlock(call));
    if (!turn) return block;
    for (const error of turn.errors) {
      const written = text(error.text);
      block.append(element("div", "malformed",
        element("p", "label", "wrong: " + error.kind.replaceAll("_", " ")),
        ...(written ? [element("pre", "", written)] : []), element("p", "argument", error.detail)));
    }
    for (const note of turn.notes) block.append(element("p", "label", note));
    if (turn.raw !== null) block.append(fold("The model's text as generated", false, element("pre", "", text(turn.raw))));
    for (const verdict of turn.verdicts) {
      block.append(element("p", verdict.accepted ? "label good" : "label bad", "verdict: ", badge(verdict), " ", verdict.detail));
    }
    return block;
  }

  function conversation(trace) {
    const blocks = [];
    let turns = 0;
    for (const message of trace.messages) {
      if (message.role === "assistant") {
        blocks.push(turnBlock(turns + 1, message, trace.turns[turns]));
        turns += 1;
      } else if (message.role === "tool") {
        blocks.push(resultBlock(message));
      } else {
        const label = message.role === "system" ? "System prompt" : turns ? "Message to the model" : "Task as sent to the model";
        blocks.push(fold(label, turns > 0, element("pre", "", text(message.text))));
      }
    }
    return blocks;
  }

  function link(label, id) {
    const node = element("a", "", label);
    node.href = "#" + (id === null ? "" : encodeURIComponent(id));
    return node;
  }

  function neighbour(id, step) {
    return order[order.indexOf(id) + step];
  }

  function navigation(id) {
    const before = neighbour(id, -1), after = neighbour(id, 1);
    const nav = element("nav", "", link("↑ Report", null),
      before === undefined ? null : link("← " + before, before),
      after === undefined ? null : link(after + " →", after));
    nav.setAttribute("aria-label", "Episodes");
    return nav;
  }

  function render(trace) {
    const header = text(trace.header).trim();
    const nodes = [
      navigation(trace.id),
      element("h1", "", trace.problem + " ", element("span", "dim", "#" + trace.sample)),
      element("p", "facts", element("span", "badge " + trace.outcome, data.outcomes[trace.outcome]), " ", trace.facts),
    ];
    if (trace.detail) nodes.push(element("p", "facts", trace.detail));
    if (text(trace.informal)) nodes.push(element("p", "informal", text(trace.informal)));
    if (header) nodes.push(fold("Header", false, lean(header)));
    nodes.push(lean(text(trace.statement)));
    if (trace.proof !== null) {
      nodes.push(element("section", "accepted", element("h2", "", "✓ Accepted proof"), lean(text(trace.proof))));
    }
    article.replaceChildren(...nodes, ...conversation(trace), navigation(trace.id));
  }

  function route() {
    let id = "";
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { /* not an episode's address */ }
    const trace = byId.get(id);
    const left = article.hidden ? null : article.dataset.id;
    overview.hidden = Boolean(trace);
    article.hidden = !trace;
    document.title = trace ? `${id} · ${title}` : title;
    if (trace) {
      render(trace);
      article.dataset.id = id;
      window.scrollTo(0, 0);
      article.focus({ preventScroll: true });
    } else if (left) {
      [...overview.querySelectorAll("a.cell")]
        .find((cell) => decodeURIComponent(cell.hash.slice(1)) === left)?.focus();
    }
  }

  addEventListener("hashchange", route);
  addEventListener("keydown", (event) => {
    if (article.hidden || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const target = step && neighbour(article.dataset.id, step);
    if (event.key === "Escape") location.hash = "";
    else if (target) location.hash = encodeURIComponent(target);
  });
  route();
})();
