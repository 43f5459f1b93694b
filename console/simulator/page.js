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

function cell(row, ...lines) {
  const made = row.insertCell();
  for (const line of lines) {
    const part = document.createElement("bdi");
    part.textContent = line;
    made.append(part);
  }
  return made;
}

function button(text, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", () => action().then(refresh).catch(report));
  return made;
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
  const focused = document.activeElement && document.activeElement.dataset.key;
  body.replaceChildren();
  const order = [...calls].sort((a, b) => (a.endedAt ? 1 : 0) - (b.endedAt ? 1 : 0) || b.startedAt - a.startedAt);
  for (const call of order.slice(0, 60)) {
    const row = body.insertRow();
    row.className = call.endedAt ? "ended" : "";
    const lines = [nameOf(call.caller)];
    if (call.caller.name && call.caller.kind === "phone") lines.push(call.caller.id);
    cell(row, ...lines);
    cell(row, call.line ? nameOf(call.line) : "to " + call.targets.map(nameOf).join(", "));
    cell(row, call.endedAt ? call.outcome || call.state : call.state + (call.group ? ", group" : ""));
    cell(row, ...call.roster.map(member), ...call.ringing.map((who) => nameOf(who) + " (ringing)"));
    cell(row, Math.round((call.endedAt || now) - call.startedAt) + " s");
    const last = row.insertCell();
    if (!call.endedAt) {
      const hangUp = button("Hang up", () => ask("POST", "/calls/" + encodeURIComponent(call.id) + "/hangup"));
      hangUp.dataset.key = call.id;
      last.append(hangUp);
      if (focused === call.id) hangUp.focus();
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
