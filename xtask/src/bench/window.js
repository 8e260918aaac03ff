// What the bench of the window puts into the page: a heartbeat, a large map, and gestures as events.
// The web view has no record of long tasks; a timer that comes late says as much.

const bench = (window.bench = { worst: 0, last: performance.now() });
const beat = () => {
    const now = performance.now();
    bench.worst = Math.max(bench.worst, now - bench.last);
    bench.last = now;
    setTimeout(beat, 0);
};
setTimeout(beat, 0);
bench.begin = () => {
    bench.worst = 0;
    bench.last = performance.now();
};

const frame = () => new Promise((done) => requestAnimationFrame(done));

// What the page asked for last, by command, and the answers that are made up for it from now on.
const shell = window.__TAURI__.core;
const asked = {};
const madeUp = {};
const answer = async (name, call, ...more) => {
    asked[call?.command] = call;
    return madeUp[call?.command]?.() ?? shell.invoke(name, call, ...more);
};
window.__TAURI__.core = { ...shell, invoke: answer };
// Changes what a page that was open before is told when it is opened again; the change itself is no part of that. A reply
// is one line of JSON, or more.
const makeUp = async (command, change) => {
    const reply = await shell.invoke("rpc", { ...asked[command], progress: new shell.Channel(() => {}) });
    const lines = new TextDecoder().decode(reply).split("\n").map((line) => JSON.parse(line));
    const changed = change(lines).map((line) => JSON.stringify(line));
    const bytes = new TextEncoder().encode(changed.join("\n"));
    madeUp[command] = () => bytes.slice().buffer;
};

// A map of so many made-up items; everything else is answered as before.
bench.enlarge = async (count) => {
    let seed = 2024;
    const next = () => {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        return (seed >>> 8) / (1 << 24);
    };
    const around = (middle, deviation) =>
        middle.map((place) => place + deviation * (Array.from({ length: 12 }, next).reduce((sum, one) => sum + one) - 6));
    const middles = [[-3.2, 1.2], [-0.6, 2.6], [2.8, 1.6], [1.6, -2.2], [-2.2, -1.9]];
    const points = new DataView(new ArrayBuffer(22 * count));
    for (let item = 0; item < count; item++) {
        const category = item % 5;
        const other = item % 23 === 11 ? (category + 1 + (Math.floor(item / 23) % 4)) % 5 : category;
        const nominal = around(middles[category], 0.85);
        const operative = other === category ? around(nominal, 0.15) : around(middles[other], 0.8);
        [...nominal, ...operative].forEach((place, at) => points.setFloat32(22 * item + 4 * at, place, true));
        [category, other, item % 2].forEach((index, at) => points.setUint16(22 * item + 16 + 2 * at, index, true));
    }
    madeUp["load-map"] = () => points.buffer.slice(0);
    await makeUp("show-map", ([legend]) => {
        const texts = legend.texts;
        // An item that the case has comes first, so that it can be chosen.
        legend.items = Array.from({ length: count }, (_, item) => legend.items[item] ?? `made-up-${item}`);
        legend.texts = Array.from({ length: count }, (_, item) => texts[item % texts.length]);
        legend.categories = legend.categories.slice(0, 5);
        legend.languages = legend.languages.slice(0, 2);
        return [legend];
    });
};

// A list of so many tensors, copies of those that are there; the first ones stay as they are. They lie in 64 layers, many of
// a kind in each, as the experts of a large model do.
bench.addTensors = (count) =>
    makeUp("show-files", ([report, ...rows]) => {
        const copies = Array.from({ length: count - rows.length }, (_, at) => {
            const row = rows[at % rows.length];
            return { ...row, name: `blk.${at % 64}.${at}.${row.name}`, layer: at % 64 };
        });
        return [report, ...rows, ...copies];
    });

// A place on the map by its shares of width and height, as events have it.
const on = (across, down) => {
    const box = document.querySelector(".map-holder canvas").getBoundingClientRect();
    return { clientX: box.left + across * box.width, clientY: box.top + down * box.height };
};
const point = (kind, place, buttons) => {
    const pointer = { bubbles: true, cancelable: true, pointerId: 1, pointerType: "mouse", isPrimary: true };
    const event = new PointerEvent(kind, { ...pointer, ...place, button: kind === "pointermove" ? -1 : 0, buttons });
    document.querySelector(".map-holder canvas").dispatchEvent(event);
};

bench.wheel = async (turns, by) => {
    document.querySelector(".map-holder").focus({ preventScroll: true });
    for (let turn = 0; turn < turns; turn++) {
        const event = new WheelEvent("wheel", { ...on(0.4, 0.4), deltaY: by, bubbles: true, cancelable: true });
        document.querySelector(".map-holder canvas").dispatchEvent(event);
        await frame();
    }
};
bench.hover = async (steps) => {
    for (let step = 0; step < steps; step++) {
        point("pointermove", on(0.2 + (0.6 * step) / steps, 0.3 + (0.4 * step) / steps), 0);
        await frame();
    }
};
bench.drag = async (steps, across) => {
    point("pointerdown", on(0.5, 0.5), 1);
    for (let step = 1; step <= steps; step++) {
        point("pointermove", on(0.5 + (across * step) / steps, 0.5), 1);
        await frame();
    }
    point("pointerup", on(0.5 + across, 0.5), 0);
};
bench.click = async () => {
    point("pointermove", on(0.42, 0.4), 0);
    await frame();
    point("pointerdown", on(0.42, 0.4), 1);
    await frame();
    point("pointerup", on(0.42, 0.4), 0);
};
bench.press = async (css) => document.querySelector(css).click();
bench.choose = async (css, at) => {
    const select = document.querySelector(css);
    select.selectedIndex = at;
    select.dispatchEvent(new Event("change", { bubbles: true }));
};
bench.scroll = async (steps) => {
    const main = document.querySelector("main");
    for (let step = 0; step < steps; step++) {
        main.scrollTop += 120;
        await frame();
    }
};
bench.scrollIn = async (css, steps, by) => {
    const list = document.querySelector(css);
    for (let step = 0; step < steps; step++) {
        list.scrollTop += by;
        await frame();
    }
};
bench.go = async (hash) => {
    location.hash = hash;
};
