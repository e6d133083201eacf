// The networks that a page asks, by name: each is loaded once, and looked after where it may change.

import { readNetwork } from "./network.js";

const PAUSE = 1000; // milliseconds until newer weights are asked for, or what was not there
const LEAST_BETWEEN = 5000; // milliseconds between two looks at one that is not expected to change
const MOST_KEPT = 24; // the epochs that a slider passes

export class Networks {
  // load: (name) → { buffer, digest, isTraining, isFixed }, or { problem, isAwaited } where there is none, or not yet;
  // throws where nobody answers. onChange: called when there is another network or problem.
  constructor(load, onChange) {
    Object.assign(this, { load, onChange, entries: new Map(), wanted: [] });
  }

  // Whether nobody answered who was asked for one of those that are wanted.
  get isAway() {
    return this.wanted.some((name) => this.entries.get(name)?.isAway);
  }

  // The names that somebody looks at now.
  want(names) {
    this.wanted = names;
    names.forEach((name) => this.look(name));
  }

  // → { network, problem }, as far as it is there.
  get(name) {
    const entry = this.entries.get(name) ?? { digest: "", network: null, problem: "", lookedAt: -Infinity };
    this.entries.delete(name);
    this.entries.set(name, entry); // the last one used
    for (const oldest of this.entries.keys()) {
      if (this.entries.size > MOST_KEPT && !this.wanted.includes(oldest)) this.entries.delete(oldest);
    }
    return entry;
  }

  async look(name) {
    const entry = this.get(name);
    if (entry.isLoading || entry.isFixed) return;
    const pause = entry.lookedAt + (entry.network && !entry.isTraining ? LEAST_BETWEEN : PAUSE / 2) - performance.now();
    if (pause > 0) {
      this.lookAgain(name, entry, pause);
      return;
    }
    entry.isLoading = true;
    try {
      take(entry, await this.load(name));
      entry.isAway = false;
    } catch {
      entry.isAway = true; // what there is goes on
    }
    Object.assign(entry, { isLoading: false, lookedAt: performance.now() });
    if (entry.isAway || entry.isTraining || entry.isAwaited) this.lookAgain(name, entry);
    this.onChange();
  }

  lookAgain(name, entry, pause = PAUSE) {
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => this.wanted.includes(name) && this.look(name), pause);
  }
}

// Layers and weights come in one file, so those of two networks are never mixed.
function take(entry, { buffer, digest = "", problem = "", isTraining = false, isFixed = false, isAwaited = false }) {
  const isSame = buffer && digest === entry.digest && entry.network;
  Object.assign(entry, { problem, isTraining, isFixed, isAwaited, digest });
  if (isSame) return;
  try {
    entry.network = buffer ? readNetwork(buffer) : null;
  } catch (error) {
    Object.assign(entry, { network: null, problem: `The browser cannot compute this network: ${error.message}.` });
  }
}
