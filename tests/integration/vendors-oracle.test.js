/*
 * Envelopes of WeCom and Feishu, against libraries that others wrote: what one seals and signs the
 * other opens, on a thousand texts made at random, and what was changed on the way nobody opens.
 */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const crypto = require('node:crypto');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const wecom = require('@wecom/crypto');
const lark = require('@larksuiteoapi/node-sdk');

const COUNT = 1000;
const TIME = '1409659813';
const ALPHABET = [...'abcXYZ019 \n\t"\\<>&[]{}=@，。（）照片身份证\u2005\u{1f600}\u{20000}'];

/* The same numbers in every run: xorshift. */
let state = 20261130;
function below(most) {
	state ^= state << 13;
	state ^= state >>> 17;
	state ^= state << 5;
	return (state >>> 0) % most;
}
const some = (most, from = ALPHABET) => Array.from({ length: below(most) }, () => from[below(from.length)]).join('');
const word = (length) => Array.from({ length }, () => 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'[below(62)]).join('');

/* Another character in one place. */
function changed(text) {
	const at = below(text.length - 2);
	const other = text[at] === 'A' ? 'B' : 'A';
	return text.slice(0, at) + other + text.slice(at + 1);
}

function ours(lines) {
	const program = path.join(path.dirname(path.resolve(process.env.DAYI_BIN)), 'vendor_lines');
	const run = spawnSync(program, { input: lines.map((line) => `${JSON.stringify(line)}\n`).join(''), encoding: 'utf8', maxBuffer: 1 << 28 });
	assert.strictEqual(run.status, 0, run.stderr);
	const answers = run.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
	assert.strictEqual(answers.length, lines.length);
	return answers;
}

const cases = Array.from({ length: COUNT }, () => ({
	key: word(43), token: word(1 + below(32)), receiver: below(2) ? `wx${word(16)}` : '', nonce: word(1 + below(16)),
	random: word(16), text: some(400),
}));

test('what WeCom\'s library seals and signs is opened here', () => {
	const lines = cases.map((one) => {
		const text = wecom.encrypt(one.key, one.text, one.receiver);
		return { ...one, do: 'wecom-open', text, timestamp: TIME, signature: wecom.getSignature(one.token, TIME, one.nonce, text) };
	});
	assert.deepStrictEqual(ours(lines), cases.map((one) => one.text));
	/* Another signature, or another envelope under it. */
	assert.ok(ours(lines.map((line) => ({ ...line, signature: changed(line.signature) }))).every((answer) => answer === null));
	assert.ok(ours(lines.map((line) => ({ ...line, text: changed(line.text) }))).every((answer) => answer === null));
	/* Rightly signed, and for another receiver. */
	assert.ok(ours(lines.map((line) => ({ ...line, receiver: `${line.receiver}x` }))).every((answer) => answer === null));
});

test('what is sealed and signed here is opened by WeCom\'s library, and is the same to the byte', () => {
	const sealed = ours(cases.map((one) => ({ ...one, do: 'wecom-close', timestamp: TIME })));
	const signed = ours(cases.map((one, i) => ({ ...one, do: 'wecom-sign', timestamp: TIME, text: sealed[i] })));
	cases.forEach((one, i) => {
		assert.strictEqual(sealed[i], wecom.encrypt(one.key, one.text, one.receiver, Buffer.from(one.random)));
		assert.strictEqual(signed[i], wecom.getSignature(one.token, TIME, one.nonce, sealed[i]));
		const { message, id } = wecom.decrypt(one.key, sealed[i]);
		assert.deepStrictEqual([message, id], [one.text, one.receiver]);
	});
});

function sealForFeishu(key, text) {
	const iv = crypto.randomBytes(16);
	const cipher = crypto.createCipheriv('aes-256-cbc', crypto.createHash('sha256').update(key).digest(), iv);
	return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
}

test('what is sealed for Feishu is opened here and by its library alike', () => {
	const lines = cases.map((one) => ({ do: 'feishu-open', key: one.token, text: sealForFeishu(one.token, one.text) }));
	const answers = ours(lines);
	cases.forEach((one, i) => {
		assert.strictEqual(new lark.AESCipher(one.token).decrypt(lines[i].text), answers[i]);
		assert.strictEqual(answers[i], one.text);
	});
});

const silent = Object.fromEntries(['fatal', 'error', 'warn', 'info', 'debug', 'trace'].map((level) => [level, () => {}]));

test('what is signed here counts for Feishu\'s library, and nothing else does', async () => {
	const bodies = cases.map((one) => ({ schema: '2.0', header: { event_type: 'im.message.receive_v1', token: 't' }, event: { text: one.text } }));
	const sealed = cases.map((one, i) => JSON.stringify({ encrypt: sealForFeishu(one.token, JSON.stringify(bodies[i])) }));
	const signed = ours(cases.map((one, i) => ({ do: 'feishu-sign', key: one.token, timestamp: TIME, nonce: one.nonce, text: sealed[i] })));
	for (let i = 0; i < COUNT; i += 1) {
		const one = cases[i];
		const dispatcher = new lark.EventDispatcher({ encryptKey: one.token, logger: silent })
			.register({ 'im.message.receive_v1': (event) => event.text });
		const invoke = (signature) => dispatcher.invoke(Object.assign(Object.create({
			headers: { 'x-lark-request-timestamp': TIME, 'x-lark-request-nonce': one.nonce, 'x-lark-signature': signature },
		}), JSON.parse(sealed[i])));
		assert.strictEqual(await invoke(signed[i]), one.text);
		assert.notStrictEqual(await invoke(changed(signed[i])), one.text);
	}
});
