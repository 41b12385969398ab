/*
 * Every switch of the peer: what `--help` prints, what the command line and the constructor of Peer take.
 * A form sets several of them as one implementation does; what is given by name goes over it.
 */
'use strict';

const FORMS = {
	spec: { about: 'the letter of the specification', set: {} },
	oicq: {
		about: 'oicq: base64 message ids, at.qq a number, lifecycle "enable" over WebSocket too, heartbeats without status',
		set: { messageIds: 'base64', heartbeatStatus: false, lifecycle: 'connect+enable', retcodeUnknown: 102, retcodeFailed: 102 },
	},
	onebots: {
		about: 'onebots: token only in the query, ids beyond 32 bits, self_id, X-Self-ID and at.qq are three texts',
		set: { tokenIn: 'query', ids: 'big', messageIds: 'text', threeSelves: true, retcodeUnknown: -1 },
	},
	napcat: {
		about: 'NapCat: always a bearer header, even with an empty token; 2 s for the handshake; retcode 200 and 1200',
		set: { emptyBearer: true, handshakeMs: 2000, retcodeUnknown: 200, retcodeFailed: 1200 },
	},
	'go-cqhttp': {
		about: 'go-cqhttp: CQ strings, negative message ids, retcode 100 with msg and wording',
		set: { format: 'string', messageIds: 'negative', retcodeFailed: 100, retcodeUnknown: 1404 },
	},
};

const OUTCOMES = {
	ok: 'delivered, and said so',
	async: 'delivered; answered with status "async", retcode 1',
	1200: 'delivered; answered with status "failed", retcode 1200 (a time-out inside the implementation)',
	'1200-lost': 'the same answer, and not delivered',
	failed: 'refused at once',
	risk: 'risk control: refused, but only after --risk-ms',
	silent: 'delivered, never answered',
	'silent-lost': 'neither delivered nor answered',
};

const text = (name, value, help) => ({ name, kind: 'text', default: value, help });
const flag = (name, value, help) => ({ name, kind: 'flag', default: value, help });
const number = (name, value, help) => ({ name, kind: 'number', default: value, help });
const one = (name, values, help) => ({ name, kind: 'one', values, default: values[0], help });
const list = (name, values, value, help) => ({ name, kind: 'list', values, default: value, help });

const SWITCHES = [
	{ title: 'Connection' },
	one('transport', ['reverse', 'split', 'forward', 'http'], 'reverse: one socket to the bot; split: two, API and Event; forward: the bot comes to us; http: events by POST, actions at our HTTP server'),
	text('url', '', 'where the bot is: ws://… (reverse, split) or http://… (http)'),
	text('apiUrl', '', 'split: where the API socket goes, when it is not --url'),
	number('port', 0, 'forward, http: where the bot finds us; 0 is any free one'),
	text('host', '127.0.0.1', 'forward, http: the address to listen on'),
	text('token', '', 'access token'),
	one('tokenIn', ['header', 'query', 'both', 'none'], 'where the token is sent'),
	text('secret', '', 'http: the secret of X-Signature'),
	one('signature', ['right', 'wrong', 'none'], 'http: what X-Signature holds, when there is a secret'),
	one('refuse', ['401', '1002'], 'forward: a wrong token is refused before the upgrade, or accepted and closed with 1002'),
	{ title: 'Whose messages, and how they look' },
	one('form', Object.keys(FORMS), 'spells events and answers as an implementation does (list: --forms)'),
	one('format', ['array', 'string', 'object', 'raw'], 'message is an array, a CQ string, one segment where it is only one, or null with raw_message alone'),
	text('selfId', '10001000', 'the account that we play'),
	text('headerSelfId', '', 'X-Self-ID, when it is another text'),
	text('atId', '', 'at.qq of the bot, when it is another text'),
	flag('threeSelves', false, 'X-Self-ID and at.qq differ from self_id and from each other'),
	one('ids', ['number', 'string', 'big', 'big-string'], 'user and group ids; big is beyond 32 bits'),
	one('messageIds', ['number', 'string', 'base64', 'text', 'negative', 'big'], 'message ids'),
	flag('anonymous', false, 'group messages come from an anonymous member'),
	{ title: 'Life of a connection' },
	one('lifecycle', ['connect', 'none', 'connect+enable'], 'lifecycle events'),
	number('heartbeat', 0, 'ms between heartbeats; 0 is none'),
	flag('heartbeatStatus', true, 'heartbeats carry a status'),
	flag('emptyBearer', false, 'Authorization: Bearer is sent even without a token'),
	flag('deflate', false, 'offer permessage-deflate'),
	number('handshakeMs', 10000, 'give up a handshake after that time'),
	number('reconnect', 3000, 'ms until we dial again after any close'),
	number('reconnectEvery', 0, 'ms after which we leave and dial again by ourselves; 0 is never'),
	number('lateClose', -1, 'the old socket is closed that many ms after the new one is open; -1 is before'),
	number('repeat', 0, 'after dialling again, send that many of the last events once more'),
	{ title: 'Answers to actions' },
	list('sends', Object.keys(OUTCOMES), ['ok'], 'what becomes of messages that the bot sends, in turn, over and over (list: --outcomes)'),
	number('riskMs', 5000, 'how long risk control takes'),
	flag('halfDead', false, 'events go out, and no action is ever answered'),
	number('delay', 0, 'ms until an action is answered'),
	one('echo', ['keep', 'drop', 'text'], 'the echo of an answer: as given, missing, or as a JSON text'),
	number('retcodeUnknown', 1404, 'retcode of an unknown action'),
	number('retcodeFailed', 100, 'retcode of a refused message'),
	{ title: 'Noise' },
	flag('messageSent', false, 'report what the bot sent as message_sent events'),
	flag('notices', false, 'a notice, a request, a group message of sub_type notice and an unknown event before each message'),
	flag('malformed', false, 'a malformed frame before each message, another each time'),
	number('scale', 1, 'factor for every time above: 0.01 makes 5 s of risk control 50 ms'),
];

const NAMED = new Map(SWITCHES.filter((entry) => entry.name).map((entry) => [entry.name, entry]));

/* The switches of a peer: defaults, the form, what was given. An unknown name or value is an error. */
function settle(given) {
	for (const [name, value] of Object.entries(given)) {
		const entry = NAMED.get(name);
		if (!entry)
			throw new Error(`no such switch: ${name}`);
		const values = [].concat(value).map(String);
		if (entry.values && !values.every((each) => entry.values.includes(each)))
			throw new Error(`${name} is one of ${entry.values.join(', ')}, and not ${values}`);
		if (entry.kind === 'number' && typeof value !== 'number')
			throw new Error(`${name} is a number, and not ${value}`);
	}
	const settled = {};
	for (const [name, entry] of NAMED)
		settled[name] = entry.default;
	Object.assign(settled, FORMS[given.form ?? 'spec'].set, given);
	settled.sends = [].concat(settled.sends).map(String);
	if (settled.threeSelves) {
		settled.headerSelfId ||= `${settled.selfId}1`;
		settled.atId ||= `${settled.selfId}2`;
	}
	settled.headerSelfId ||= settled.selfId;
	settled.atId ||= settled.selfId;
	return settled;
}

const dashed = (name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/* Takes the switches out of command-line words; what is left is the caller's. */
function takeSwitches(words) {
	const given = {};
	const rest = [];
	const byOption = new Map([...NAMED.values()].map((entry) => [dashed(entry.name), entry]));
	for (let i = 0; i < words.length; i++) {
		const [, option, joined] = /^(--[a-z-]+)(?:=(.*))?$/s.exec(words[i]) ?? [null, words[i], undefined];
		const off = option.startsWith('--no-') ? byOption.get(`--${option.slice(5)}`) : undefined;
		const entry = byOption.get(option);
		if (off?.kind === 'flag') {
			given[off.name] = false;
		} else if (!entry) {
			rest.push(words[i]);
		} else if (entry.kind === 'flag') {
			given[entry.name] = true;
		} else {
			const value = joined ?? words[++i];
			if (value === undefined)
				throw new Error(`${option} needs a value`);
			if (entry.kind === 'number' && !(value.trim() !== '' && Number.isFinite(Number(value))))
				throw new Error(`${option} is a number, and not ${value}`);
			given[entry.name] = entry.kind === 'number' ? Number(value) : entry.kind === 'list' ? value.split(',') : value;
		}
	}
	settle(given);
	return { given, rest };
}

function help() {
	return SWITCHES.map((entry) => {
		if (entry.title)
			return `\n${entry.title}\n`;
		const shown = entry.kind === 'flag' ? (entry.default ? `--no-${dashed(entry.name).slice(2)}` : dashed(entry.name))
			: `${dashed(entry.name)} ${entry.kind === 'list' ? 'A,B,…' : entry.kind === 'one' ? entry.values.join('|') : entry.kind === 'number' ? 'N' : 'TEXT'}`;
		const standard = entry.kind === 'flag' || entry.default === '' || entry.kind === 'one' ? '' : ` [${entry.default}]`;
		const about = entry.kind === 'flag' && entry.default ? `do not: ${entry.help}` : entry.help;
		return `  ${shown}\n        ${about}${standard}\n`;
	}).join('');
}

module.exports = { SWITCHES, FORMS, OUTCOMES, settle, takeSwitches, help };
