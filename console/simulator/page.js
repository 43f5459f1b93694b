// Shows the calls every second. Every text from outside goes in through textContent, never as HTML.
"use strict";

const get = (id) => document.getElementById(id);

async function ask(method, path, body) {
  const answer = await fetch("/sim" + path, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body ? JSON.stringify(body) : undefined,
  });
  const text = await answer.text();
  const value = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new Error(value && value.error ? value.error : answer.status);
  return value;
}

function report(error) {
  get("problem").textContent = error ? String(error.message || error) : "";
}

function fill(cell, lines) {
  const text = lines.join("\n");
  if (cell.dataset.text === text) return;
  cell.dataset.text = text;
  cell.replaceChildren(...lines.map((line) => {
    const part = document.createElement("bdi");
    part.textContent = line;
    return part;
  }));
}

// Rows are kept and changed in place: a row made anew under the pointer would swallow the click.
const rows = new Map();

function rowOf(call) {
  let row = rows.get(call.id);
  if (row) return row;
  row = document.createElement("tr");
  for (let i = 0; i < 6; i += 1) row.insertCell();
  const hangUp = document.createElement("button");
  hangUp.type = "button";
  hangUp.textContent = "Hang up";
  hangUp.addEventListener("click", () => {
    ask("POST", "/calls/" + encodeURIComponent(call.id) + "/hangup").then(refresh).catch(report);
  });
  row.cells[5].append(hangUp);
  rows.set(call.id, row);
  return row;
}

function nameOf(who) {
  return who.name || (who.kind === "encrypted" ? "number withheld" : who.id);
}

function member(who) {
  const signs = [who.muted && "muted", who.onHold && "on hold"].filter(Boolean);
  return nameOf(who) + (signs.length ? " (" + signs.join(", ") + ")" : "");
}

function draw(calls, now) {
  const body = get("calls");
  const order = [...calls].sort((a, b) => (a.endedAt ? 1 : 0) - (b.endedAt ? 1 : 0) || b.startedAt - a.startedAt);
  const shown = order.slice(0, 60);
  shown.forEach((call, index) => {
    const row = rowOf(call);
    row.className = call.endedAt ? "ended" : "";
    const state = call.endedAt ? call.outcome || call.state : call.state + (call.group ? ", group" : "");
    const ringing = call.ringing.map((who) => nameOf(who) + " (ringing)");
    const number = call.caller.name && call.caller.kind === "phone" ? [call.caller.id] : [];
    fill(row.cells[0], [nameOf(call.caller), ...number]);
    fill(row.cells[1], [call.line ? nameOf(call.line) : "to " + call.targets.map(nameOf).join(", ")]);
    fill(row.cells[2], [state]);
    fill(row.cells[3], [...call.roster.map(member), ...ringing]);
    fill(row.cells[4], [Math.round((call.endedAt || now) - call.startedAt) + " s"]);
    if (call.endedAt) row.cells[5].replaceChildren();
    if (body.rows[index] !== row) body.insertBefore(row, body.rows[index] || null);
  });
  const kept = new Set(shown.map((call) => call.id));
  for (const [id, row] of rows) {
    if (!kept.has(id)) {
      row.remove();
      rows.delete(id);
    }
  }
}

async function refresh() {
  try {
    const [health, calls] = await Promise.all([ask("GET", "/health"), ask("GET", "/calls")]);
    get("health").textContent = "speed " + health.speed + (health.webhook ? "" : ", no webhook yet");
    draw(calls, health.now);
    report(null);
  } catch (error) {
    report(error);
  }
}

get("place").addEventListener("submit", (event) => {
  event.preventDefault();
  const caller = { name: get("name").value };
  if (get("phone").value) caller.phone = get("phone").value;
  const patience = get("patience").value ? Number(get("patience").value) : null;
  ask("POST", "/calls", { caller, line: get("line").value, patience }).then(refresh).catch(report);
});

get("stage").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = get("scene").value || null;
  ask("PUT", "/scene", { name, speed: Number(get("speed").value) }).then(refresh).catch(report);
});

ask("GET", "/scene").then((scenes) => {
  for (const name of scenes.names) get("scene").add(new Option(name, name));
  get("scene").value = scenes.playing || "";
}).catch(report);
refresh();
setInterval(refresh, 1000);
