#!/usr/bin/env node
'use strict';

const fs = require('node:fs');
const readline = require('node:readline');
const { FORMS, OUTCOMES, help, takeSwitches } = require('./switches.js');
const { Peer, pause } = require('./peer.js');
const { POINTS, check } = require('./points.js');
const { playFile } = require('./scenario.js');
const { load } = require('./load.js');

const FAILED = 1;
const WRONG_USE = 2;
const NO_BOT = 3;

const HELP = `onebot-peer: plays a OneBot v11 implementation, to test a bot

  onebot-peer talk  --url URL [--say TEXT]...     say something, print what the bot answers; without --say, line by line
  onebot-peer check --url URL --ask TEXT          the conformance run: which points does the bot pass?
  onebot-peer play  --url URL FILE...             play scenarios (JSON lines)
  onebot-peer load  --url URL --ask TEXT          many groups at once, with reconnects

talk
  --say TEXT       one message; several in turn
  --group N        the group in which it is said [1]; --private: in private
  --user N         who says it [20001]
  --no-call        do not call the bot by @
  --wait MS        how long to wait for an answer [10000]

check
  --ask TEXT       what the bot answers when it is spoken to
  --answer REGEX   what that answer looks like [anything]
  --group N, --group2 N    groups in which it may speak [1, and the same]
  --within MS      how long an answer may take [10000]
  --quiet MS       how long to listen where it must say nothing [700]
  --probe-within MS  test that a half-dead link is left within that time
  --only PREFIX    only these points; --list: name them all and end

play
  --value NAME=TEXT  what $NAME stands for in a scenario (NAME in capitals)

load
  --groups N [20], --messages N [10] each, --reconnects N [5], --apart MS [0] between two rounds, --within MS [60000]

  --report FILE    the result as JSON; - is the standard output
  --forms          name the implementations that --form knows, and end
  --outcomes       name what --sends knows, and end

Exit status: 0 all is well, 1 a point, a scenario or a load failed, or no answer came, 2 wrong use, 3 the bot could not be reached.
`;

class WrongUse extends Error {}

/* The options of the commands: { name: takes a value? } */
const OPTIONS = {
	say: true, group: true, group2: true, user: true, private: false, 'no-call': false, wait: true, ask: true, answer: true,
	within: true, quiet: true, 'probe-within': true, only: true, list: false, value: true, groups: true, messages: true,
	reconnects: true, apart: true, report: true, forms: false, outcomes: false, help: false,
};

function takeOptions(words) {
	const options = { say: [], value: [] };
	const files = [];
	for (let i = 0; i < words.length; i++) {
		const [, name, joined] = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(words[i]) ?? [];
		if (!name && words[i].startsWith('-') && words[i] !== '-')
			throw new WrongUse(`no such option: ${words[i]}`);
		if (!name) {
			files.push(words[i]);
			continue;
		}
		if (!(name in OPTIONS))
			throw new WrongUse(`no such option: --${name}`);
		const value = OPTIONS[name] ? joined ?? words[++i] : true;
		if (value === undefined)
			throw new WrongUse(`--${name} needs a value`);
		if (Array.isArray(options[name]))
			options[name].push(value);
		else
			options[name] = value;
	}
	return { options, files };
}

function number(options, name, standard) {
	if (options[name] === undefined)
		return standard;
	if (!/^\d+$/.test(options[name]))
		throw new WrongUse(`--${name} is a number, and not ${options[name]}`);
	return Number(options[name]);
}

function needed(options, name) {
	if (options[name] === undefined)
		throw new WrongUse(`--${name} is missing`);
	return options[name];
}

function report(options, result) {
	if (!options.report)
		return;
	const text = `${JSON.stringify({ program: 'onebot-peer', version: require('./package.json').version, ...result }, null, '\t')}\n`;
	if (options.report === '-')
		process.stdout.write(text);
	else
		fs.writeFileSync(options.report, text);
}

/* What people read gives way to a report on the standard output. */
const sayer = (options) => (text) => (options.report === '-' ? process.stderr : process.stdout).write(`${text}\n`);

/* A first connection, to tell a bot that cannot be reached from one that fails. */
async function reach(given) {
	const peer = new Peer(given);
	try {
		await peer.connect();
	} catch (error) {
		await peer.close();
		throw Object.assign(error, { noBot: true });
	}
	return peer;
}

async function talk(given, options) {
	const say = sayer(options);
	const peer = await reach(given);
	const group = options.private ? undefined : number(options, 'group', 1);
	const user = number(options, 'user', 20001);
	const wait = number(options, 'wait', 10000);
	const calls = !options['no-call'] && group !== undefined;
	peer.on('said', (said) => say(`bot${said.quotes === undefined ? '' : ` (quotes ${said.quotes})`}${said.ats.map((id) => ` @${id}`).join('')}: ${said.text}`));
	peer.on('fault', ({ what, about }) => say(`! ${what}: ${about}`));
	let answered = true;
	const speak = async (text) => {
		const asked = peer.say({ group, user, at: calls, text });
		say(`${user}${group === undefined ? '' : ` in ${group}`} [${asked.id}]: ${text}`);
		await peer.answerTo(asked, { within: wait }).catch(() => {
			answered = false;
			say(`(no answer within ${wait} ms)`);
		});
	};
	for (const text of options.say)
		await speak(text);
	if (options.say.length === 0)
		for await (const line of readline.createInterface({ input: process.stdin }))
			if (line.trim())
				await speak(line.trim());
	if (options.say.length)
		await pause(200); // a second part of the answer
	report(options, { said: peer.said, faults: peer.faults });
	await peer.close();
	return answered ? 0 : FAILED;
}

async function runCheck(given, options) {
	const say = sayer(options);
	if (options.list) {
		for (const { id, level, title } of POINTS)
			say(`${level.padEnd(6)} ${id.padEnd(26)} ${title}`);
		return 0;
	}
	const bot = {
		ask: needed(options, 'ask'), answer: new RegExp(options.answer ?? '.', 'su'), group: number(options, 'group', 1),
		within: number(options, 'within', 10000), quiet: number(options, 'quiet', 700), probeWithin: number(options, 'probe-within', 0),
	};
	bot.group2 = number(options, 'group2', bot.group);
	await (await reach(given)).close();
	const mark = { pass: 'ok  ', fail: 'FAIL', skip: 'skip' };
	const result = await check(given, bot, {
		only: (id) => id.startsWith(options.only ?? ''),
		told: (done) => say(`${mark[done.result]} ${done.level.padEnd(6)} ${done.id.padEnd(26)} ${done.title}${done.detail ? `\n${' '.repeat(12)}${done.detail}` : ''}`),
	});
	const { totals } = result;
	say(`${totals.pass} passed, ${totals.fail} failed (${totals.failed_must} of them must points), ${totals.skip} skipped`);
	report(options, { switches: { ...given, token: given.token && '…', secret: given.secret && '…' }, ...result });
	return totals.failed_must ? FAILED : 0;
}

async function runScenarios(given, options, files) {
	const say = sayer(options);
	if (files.length === 0)
		throw new WrongUse('play needs a scenario');
	const values = Object.fromEntries(options.value.map((pair) => [pair.split('=')[0], pair.slice(pair.indexOf('=') + 1)]));
	await (await reach(given)).close();
	const scenarios = [];
	for (const file of files) {
		const done = await playFile(file, given, values);
		scenarios.push(done);
		say(done.result === 'pass' ? `ok   ${file}: ${done.name ?? ''}` : `FAIL ${file}:${done.line}: ${done.detail}`);
	}
	report(options, { scenarios });
	return scenarios.every((one) => one.result === 'pass') ? 0 : FAILED;
}

async function runLoad(given, options) {
	const say = sayer(options);
	const ask = needed(options, 'ask');
	const peer = await reach(given);
	const result = await load([peer], {
		groups: number(options, 'groups', 20), messages: number(options, 'messages', 10), reconnects: number(options, 'reconnects', 5),
		apart: number(options, 'apart', 0), within: number(options, 'within', 60000), text: () => ask,
	});
	await peer.close();
	say(Object.entries(result).map(([name, value]) => `${name} ${value}`).join(', '));
	report(options, { load: result });
	return result.lost || result.doubled || result.unasked || result.disordered ? FAILED : 0;
}

async function main(words) {
	const { given, rest } = takeSwitches(words);
	const { options, files } = takeOptions(rest);
	const command = files.shift();
	if (options.help || command === 'help') {
		process.stdout.write(`${HELP}\nSwitches, for every command${help()}`);
		return 0;
	}
	for (const [name, list] of [['forms', Object.entries(FORMS).map(([key, { about }]) => [key, about])], ['outcomes', Object.entries(OUTCOMES)]])
		if (options[name]) {
			process.stdout.write(list.map(([key, about]) => `${key.padEnd(12)} ${about}\n`).join(''));
			return 0;
		}
	const run = { talk, check: runCheck, play: runScenarios, load: runLoad }[command];
	if (!run)
		throw new WrongUse(command ? `no such command: ${command}` : 'a command is missing: talk, check, play or load');
	if (given.transport !== 'forward' && !given.url && !options.list)
		throw new WrongUse('--url is missing');
	return run(given, options, files);
}

if (require.main === module)
	main(process.argv.slice(2)).then((status) => process.exit(status), (error) => {
		process.stderr.write(`onebot-peer: ${error.message}\n`);
		const bad = error instanceof WrongUse || /^(no such switch|--)|is a number|is one of|needs a value/.test(error.message);
		process.exit(error.noBot ? NO_BOT : bad ? WRONG_USE : FAILED);
	});
