/*
 * A scenario is data: lines of JSON, each one step. README.md describes every step.
 *
 *   {"scenario":"…","peer":{switches}}
 *   {"say":{"group":1,"user":2,"at":true,"text":"…"},"as":"m1"}
 *   {"expect":[{"group":1,"text":"pattern","quotes":"m1","at":2}],"within":5000,"quiet":300}
 *   {"expect":[],"quiet":1000}        nothing at all
 *   {"again":"m1"}  {"event":{…}}  {"frame":"{"}  {"set":{"sends":["1200"]}}  {"renew":{"late":50}}  {"wait":100}
 */
'use strict';

const fs = require('node:fs');
const { Peer, pause } = require('./peer.js');
const forms = require('./forms.js');

const WITHIN_MS = 60000;
const QUIET_MS = 300;
const STEPS = ['scenario', 'say', 'expect', 'again', 'event', 'frame', 'bytes', 'set', 'renew', 'wait'];

/* [{ line, step, … }]; a wrong line is an error that names it. */
function readScenario(text, name = 'scenario') {
	const steps = [];
	for (const [i, line] of text.split('\n').entries()) {
		if (!line.trim() || line.trim().startsWith('//'))
			continue;
		let step;
		try {
			step = JSON.parse(line);
		} catch (error) {
			throw new Error(`${name}:${i + 1}: ${error.message}`);
		}
		const kinds = STEPS.filter((kind) => kind in Object(step));
		if (kinds.length !== 1)
			throw new Error(`${name}:${i + 1}: a step has one of ${STEPS.join(', ')}`);
		if (kinds[0] === 'expect' && !Array.isArray(step.expect))
			throw new Error(`${name}:${i + 1}: expect is a list`);
		steps.push({ ...step, line: i + 1, kind: kinds[0] });
	}
	return steps;
}

class Play {
	constructor(peer, values) {
		this.peer = peer;
		this.values = values; // $NAME in texts
		this.named = new Map();
		this.seen = 0; // how many of peer.said were expected
	}

	#fill(text) {
		return typeof text === 'string' ? text.replace(/\$([A-Z]+)/g, (whole, name) => this.values[name] ?? whole) : text;
	}

	#fits(wanted, said) {
		const id = (value) => String(forms.idOf(this.peer.settled, value));
		if (wanted.group !== undefined && String(said.group) !== id(wanted.group))
			return false;
		if (wanted.user !== undefined && String(said.user) !== id(wanted.user))
			return false;
		if (wanted.text !== undefined && !new RegExp(this.#fill(wanted.text), 'su').test(said.text))
			return false;
		if (wanted.quotes !== undefined && String(said.quotes) !== String(this.named.get(wanted.quotes)?.id))
			return false;
		if (wanted.at !== undefined && !said.ats.includes(id(wanted.at)))
			return false;
		return wanted.action === undefined || said.action === wanted.action;
	}

	/* Takes them in whatever order they come (in theirs with "ordered"), and nothing else. */
	async expect({ expect, within = WITHIN_MS, quiet = QUIET_MS, ordered = false }) {
		const left = [...expect];
		const end = Date.now() + within;
		while (left.length) {
			const said = await this.peer.next(() => true, { from: this.seen, within: Math.max(1, end - Date.now()), what: JSON.stringify(left) });
			this.seen++;
			const at = ordered ? (this.#fits(left[0], said) ? 0 : -1) : left.findIndex((one) => this.#fits(one, said));
			if (at < 0)
				throw new Error(`not expected: ${JSON.stringify(said.raw)}; expected ${JSON.stringify(left)}`);
			left.splice(at, 1);
		}
		await pause(quiet);
		if (this.peer.said.length > this.seen)
			throw new Error(`nothing more was expected, and the bot said: ${JSON.stringify(this.peer.said[this.seen].raw)}`);
	}

	async step(step) {
		switch (step.kind) {
		case 'say': {
			const said = this.peer.say({ ...step.say, text: this.#fill(step.say.text), quote: this.named.get(step.say.quote)?.id });
			if (step.as)
				this.named.set(step.as, said);
			if (!said.sent)
				throw new Error('there is no connection');
			break;
		}
		case 'again': this.peer.again(this.named.get(step.again)); break;
		case 'event': this.peer.event(step.event); break;
		case 'frame': this.peer.frame(this.#fill(step.frame)); break;
		case 'bytes': this.peer.frame(Buffer.from(step.bytes, 'hex')); break;
		case 'set': this.peer.set(step.set); break;
		case 'renew': await this.peer.renew(step.renew); break;
		case 'wait': await pause(step.wait); break;
		case 'expect': await this.expect(step); break;
		default:
		}
	}
}

/* Plays steps against a bot. Gives { name, result: pass | fail, line, detail, ms }. */
async function play(steps, base, values = {}) {
	const head = steps.find((step) => step.kind === 'scenario') ?? {};
	const peer = new Peer({ ...base, ...head.peer });
	const began = Date.now();
	let line = 0;
	try {
		await peer.connect();
		const run = new Play(peer, values);
		for (const step of steps) {
			line = step.line;
			await run.step(step);
		}
		return { name: head.scenario, result: 'pass', ms: Date.now() - began };
	} catch (error) {
		return { name: head.scenario, result: 'fail', line, detail: error.message, ms: Date.now() - began };
	} finally {
		await peer.close();
	}
}

const playFile = async (file, base, values) => ({ file, ...await play(readScenario(fs.readFileSync(file, 'utf8'), file), base, values) });

module.exports = { readScenario, play, playFile };
