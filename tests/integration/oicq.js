/*
 * A process of its own: oicq 1 (npm), a program that holds a QQ account and speaks OneBot v11, without QQ. Its own code
 * decodes and encodes QQ's messages and speaks OneBot; only QQ's servers are played here. The parent sends
 * { configure: {…} }, its settings, then { say: { group, user, at, text, seq } } for each message of a group, { hold: true }
 * to have what it says held back from now on (风控), and gets
 *
 *   { online: true }                        the program has logged in, and connects as configured
 *   { said: { group, text, ats, quotes } }  what the group reads; `quotes` is the `seq` of a message
 */
'use strict';

const path = require('node:path');

const folder = path.dirname(require.resolve('oicq/package.json'));
const within = (name) => require(path.join(folder, name));
const { Client } = require('oicq');
const pb = within('lib/algo/pb.js');
const { genGroupMessageId } = within('lib/common.js');
const { groupMsgListener } = within('lib/onlinepush.js');

const ACCOUNT = 10001000;
const TIME = 1795456993;
const kept = new Map(); // seq of a message -> its bytes, as QQ keeps them
let client;
let lastOwn = 1000000;
let held = false; // QQ takes what the account says, and shows it to nobody

/* An element of text that is an @: its length, whether all are meant, and the account. */
function calling(who, shown) {
	const attributes = Buffer.from([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
	attributes[5] = shown.length;
	attributes.writeUInt32BE(who, 7);
	return { 1: { 1: shown, 3: attributes } };
}

function messageOf({ group, user, at, text, seq }) {
	const elements = [...(at ? [calling(ACCOUNT, '@政务助手')] : []), { 1: { 1: ` ${text}` } }];
	return { 1: { 1: user, 2: ACCOUNT, 5: seq, 6: TIME, 9: { 1: group, 4: '张三', 8: '办事群' } },
		2: { 1: 1, 2: 0 }, 3: { 1: { 1: { 3: seq, 9: '宋体' }, 2: elements } } };
}

function say(what) {
	const bytes = Buffer.from(pb.encode({ 1: messageOf(what) }));
	kept.set(what.seq, pb.decode(bytes)[1].toBuffer());
	groupMsgListener.call(client, bytes, what.seq);
}

const listOf = (value) => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/* What goes to QQ: the group reads it, and the program hears of its own message, with QQ's number for it. */
function sendMessage(body) {
	const sent = pb.decode(Buffer.from(body));
	const group = sent[1][2][1];
	const elements = listOf(sent[3][1][2]);
	const texts = elements.filter((one) => one[1]).map((one) => one[1]);
	const said = { group, ats: [], text: '', quotes: null };
	for (const text of texts) {
		if (text[3]?.toBuffer()[1] === 1)
			said.ats.push(text[3].toBuffer().readUInt32BE(7));
		else
			said.text += String(text[1]);
	}
	for (const element of elements)
		if (element[45])
			said.quotes = element[45][1];
	process.send({ said });
	const seq = ++lastOwn;
	if (!held)
		setImmediate(() => client.emit(`interval.${group}.${sent[5]}`, genGroupMessageId(group, ACCOUNT, seq, sent[5], TIME, 1)));
	return pb.encode({ 1: 0, 3: TIME });
}

function findMessage(body) {
	const bytes = kept.get(pb.decode(Buffer.from(body))[2]);
	return bytes ? pb.encode({ 1: 0, 6: bytes }) : pb.encode({ 1: 1 });
}

Client.prototype.login = function () {
	client = this;
	this.sync_finished = true;
	this.em('system.online');
	process.send({ online: true });
};
Client.prototype.isOnline = () => true;
Client.prototype.sendUni = async (command, body) => {
	if (command === 'MessageSvc.PbSendMsg')
		return sendMessage(body);
	if (command === 'MessageSvc.PbGetGroupMsg')
		return findMessage(body);
	throw new Error(`${command}: there is no QQ here`);
};
Client.prototype.writeUni = () => {};
Client.prototype.sendOidb = async () => {
	throw new Error('there is no QQ here');
};

process.on('message', ({ configure, say: what, hold }) => {
	held ||= Boolean(hold);
	if (configure)
		within('http-api/core.js')(ACCOUNT, { platform: 1, log_level: 'off', use_http: false, use_ws: false, post_url: [],
			ws_reverse_url: [], post_message_format: 'array', event_filter: '', ws_reverse_reconnect_interval: 200, ...configure });
	if (what)
		say(what);
});
process.on('disconnect', () => process.exit(0));
