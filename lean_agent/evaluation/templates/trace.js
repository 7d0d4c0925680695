"use strict";
// One trace as elements. Everything in it is untrusted text: it reaches the page through
// textContent only, never as markup.
const { element, traceNodes } = (() => {
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

  // The stretches of code that have a colour: [start, end, class].
  function coloured(code) {
    const found = [];
    for (const token of code.matchAll(TOKEN)) {
      const kind = token[1] ? "comment" : token[2] ? "string" : token[3] ? "number" : KINDS.get(token[0]);
      if (kind) found.push([token.index, token.index + token[0].length, "hl-" + kind]);
    }
    return found;
  }

  // code.slice(start, end) into `node`, in colours and with marks; both are sorted lists of [start, end, class].
  function paint(node, code, start, end, colours, marks) {
    const cuts = new Set([start, end]);
    for (const [from, to] of [...colours, ...marks]) {
      if (from > start && from < end) cuts.add(from);
      if (to > start && to < end) cuts.add(to);
    }
    const places = [...cuts].sort((a, b) => a - b);
    for (let i = 0; i + 1 < places.length; i++) {
      const at = places[i], piece = code.slice(at, places[i + 1]);
      const classes = [...colours, ...marks].filter(([from, to]) => from <= at && at < to).map((s) => s[2]);
      node.append(classes.length ? element("span", classes.join(" "), piece) : piece);
    }
  }

  function lean(code) {
    const block = element("code");
    let last = 0;
    for (const [start, end, kind] of coloured(code)) {
      block.append(code.slice(last, start), element("span", kind, code.slice(start, end)));
      last = end;
    }
    block.append(code.slice(last));
    return element("pre", "lean", block);
  }

  // Lean counts columns in characters, JavaScript in halves of surrogate pairs.
  const offset = (line, column) => [...line].slice(0, column).join("").length;

  // The marked stretch of a line that starts at `start`; at least one character, where there is one.
  function stretch(line, start, [number, column, endLine, endColumn, severity]) {
    const from = Math.min(offset(line, column), Math.max(0, line.length - 1));
    const to = endLine === number ? offset(line, endColumn) : line.length;
    return [start + from, start + Math.max(to, from + 1), "at " + severity];
  }

  const SIGNS = { error: "✗", sorry: "✗", warning: "!", info: "i", trace: "i" };

  function remarkBlock(data, [, column, , , severity, index], placed) {
    const where = placed ? `, column ${column + 1}` : "";
    return element("span", "remark " + severity,
      element("b", "", `${SIGNS[severity]} ${severity}${where}: `), data.strings[index] + "\n");
  }

  // Numbered lines, and under each what Lean says about it.
  function listing(data, code, remarks) {
    const block = element("code");
    const colours = coloured(code);
    let start = 0, next = 0;
    code.split("\n").forEach((line, i) => {
      const end = start + line.length;
      const here = remarks.filter((remark) => remark[0] === i + 1);
      while (next < colours.length && colours[next][1] <= start) next++;
      let stop = next;
      while (stop < colours.length && colours[stop][0] < end) stop++;
      const wrong = here.some(([, , , , severity]) => severity === "error" || severity === "sorry");
      const node = element("span", wrong ? "line noted" : "line");
      node.dataset.n = i + 1;
      paint(node, code, start, end, colours.slice(next, stop), here.map((remark) => stretch(line, start, remark)));
      node.append("\n");
      block.append(node, ...here.map((remark) => remarkBlock(data, remark, true)));
      start = end + 1;
    });
    block.append(...remarks.filter((remark) => remark[0] === 0).map((remark) => remarkBlock(data, remark, false)));
    return element("pre", "lean listing", block);
  }

  const plural = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

  // The lines that are gone since the attempt before, and those that are new.
  function diff(data, attempt) {
    if (attempt.before === null) return null;
    const since = `attempt ${attempt.number - 1}`;
    if (!attempt.changes.length) return element("p", "label", `the same code as ${since}`);
    const before = data.strings[attempt.before].split("\n"), after = data.strings[attempt.code].split("\n");
    const block = element("code");
    for (const n of attempt.changes) {
      const line = n < 0 ? element("del", "line", before[-n - 1] + "\n") : element("ins", "line", after[n - 1] + "\n");
      line.dataset.n = Math.abs(n);
      block.append(line);
    }
    const gone = attempt.changes.filter((n) => n < 0).length;
    return fold(`Changed since ${since}: ${plural(gone, "line")} out, ${attempt.changes.length - gone} in`, true,
      element("pre", "lean diff", block));
  }

  function fold(label, open, ...children) {
    const node = element("details", "", element("summary", "", label), ...children);
    node.open = open;
    return node;
  }

  function badge(verdict) {
    const words = verdict.reason.replaceAll("_", " ");
    return element("span", "badge", verdict.accepted ? "accepted" : "rejected: " + words);
  }

  const tone = (verdict) => (verdict ? (verdict.accepted ? " good" : " bad") : "");

  // An attempt's verdict, how it differs from the one before, its code with Lean's messages.
  function attemptParts(data, attempt, label) {
    const verdict = attempt.verdict;
    label.append(` · attempt ${attempt.number} `);
    if (verdict) label.append(badge(verdict), verdict.seconds ? ` in ${verdict.seconds.toFixed(2)} s` : "");
    const parts = [label, diff(data, attempt), listing(data, data.strings[attempt.code], verdict ? verdict.remarks : [])];
    if (verdict) {
      const axioms = verdict.accepted ? ` · axioms: ${verdict.axioms.join(", ") || "none"}` : "";
      parts.push(element("p", "label", data.strings[verdict.detail] + axioms));
    }
    return parts;
  }

  function callBlock(data, call) {
    const label = element("p", "label", "calls ", element("code", "", call.name));
    const block = element("div", "call" + tone(call.attempt && call.attempt.verdict));
    block.append(...(call.attempt ? attemptParts(data, call.attempt, label) : [label]).filter(Boolean));
    if (call.arguments.length) {
      block.append(element("p", "arguments", ...call.arguments.map(([name, index]) =>
        element("span", "", element("span", "dim", name + ": "), data.strings[index]))));
    }
    return block;
  }

  function resultBlock(data, message, call) {
    const answer = element("pre", "", data.strings[message.text]);
    if (message.told) return fold("As the model was told", false, answer);
    const tool = call ? element("code", "", call.name) : "the tool";
    return element("div", "result", element("p", "label", tool, " answers"), answer);
  }

  // One answer of the model, and after each of its calls what came of it.
  function turnBlock(data, number, message, turn, results) {
    const about = turn ? [
      turn.seconds >= 0.05 ? `${turn.seconds.toFixed(1)} s` : "",
      turn.tokens !== null ? plural(turn.tokens, "token") : "",
      turn.cut ? "cut off at the token limit" : "",
    ].filter(Boolean).join(" · ") : "";
    const block = element("section", "turn",
      element("h2", "", `Turn ${number} `, element("span", "dim", about)));
    const words = data.strings[message.text].trim();
    if (words) block.append(element("p", "words", words));
    message.calls.forEach((call, i) => {
      block.append(callBlock(data, call),
        ...results.filter((result) => result.answers === i).map((result) => resultBlock(data, result, call)));
    });
    if (!turn) return block;
    for (const error of turn.errors) {
      const written = data.strings[error.text];
      block.append(element("div", "malformed",
        element("p", "label", element("span", "badge", "✗ " + error.kind.replaceAll("_", " "))),
        written ? element("pre", "", written) : "", element("p", "argument", error.detail)));
    }
    for (const note of turn.notes) block.append(element("p", "label", note));
    if (turn.raw !== null) block.append(fold("The model's text as generated", false, element("pre", "", data.strings[turn.raw])));
    if (turn.written) {
      const verdict = turn.written.verdict;
      block.append(element("div", "call" + tone(verdict),
        ...attemptParts(data, turn.written, element("p", "label", "writes a proof down")).filter(Boolean)));
    }
    return block;
  }

  function conversation(data, trace) {
    const blocks = [];
    let turns = 0;
    trace.messages.forEach((message, i) => {
      if (message.role === "assistant") {
        const after = trace.messages.slice(i + 1);
        const end = after.findIndex((later) => later.role === "assistant");
        const results = (end < 0 ? after : after.slice(0, end)).filter((later) => later.role === "tool");
        blocks.push(turnBlock(data, turns + 1, message, trace.turns[turns], results));
        turns += 1;
      } else if (message.role === "tool") {
        if (message.answers === null) blocks.push(resultBlock(data, message, null));
      } else {
        const label = message.role === "system" ? "System prompt" : turns ? "Message to the model" : "Task as sent to the model";
        blocks.push(fold(label, turns > 0, element("pre", "", data.strings[message.text])));
      }
    });
    return blocks;
  }

  // All of a trace; `data` has its texts.
  function traceNodes(data, trace) {
    const text = (index) => data.strings[index];
    const header = text(trace.header).trim();
    const nodes = [
      element("h1", "", trace.problem + " ", element("span", "dim", "#" + trace.sample)),
      element("p", "facts", element("span", "badge " + trace.outcome, trace.ended), " ", trace.facts),
      element("p", "facts", trace.story),
    ];
    if (trace.detail) nodes.push(element("p", "facts", trace.detail));
    if (text(trace.informal)) nodes.push(element("p", "informal", text(trace.informal)));
    if (header) nodes.push(fold("Header", false, lean(header)));
    nodes.push(lean(text(trace.statement)));
    if (trace.proof !== null) {
      nodes.push(element("section", "accepted", element("h2", "", "✓ Accepted proof"), lean(text(trace.proof))));
    }
    return [...nodes, ...conversation(data, trace), element("p", "facts ending", "Ended: ",
      element("span", "badge " + trace.outcome, trace.ended), " ", trace.cost)];
  }

  return { element, traceNodes };
})();
