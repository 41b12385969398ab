/*
 * The string form of OneBot messages, against Koishi's implementation of it: what that escapes is
 * read, and both cut a message into the same parts.
 */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const LINES = path.join(path.dirname(path.resolve(process.env.DAYI_BIN ?? '.')), 'cq_lines');
const COUNT = 1000;

/* Its codes need of koishi no more than a maker of elements; all else of that is only named. */
function loadCodes() {
	const load = Module._load;
	const anything = new Proxy(function () {}, { get: (target, name) => (name === 'prototype' ? target.prototype : name === Symbol.toPrimitive ? () => 'koishi' : anything), apply: () => anything, construct: () => ({}) });
	const koishi = new Proxy({}, { get: (target, name) => (name === 'h' ? (type, data) => ({ type, data }) : anything), has: () => true });
	Module._load = (name, ...rest) => (name === 'koishi' ? koishi : load(name, ...rest));
	try {
		return require('koishi-plugin-adapter-onebot').CQCode;
	} catch (error) {
		if (error.code === 'MODULE_NOT_FOUND')
			return null;
		throw error;
	} finally {
		Module._load = load;
	}
}

const CQCode = loadCodes();
const skip = !CQCode ? 'koishi-plugin-adapter-onebot is not installed (npm ci in tests/)'
	: !fs.existsSync(LINES) ? `${LINES} is not built` : false;

/* The same numbers every time. */
let seed = 20261130;
function random(most) {
	seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
	return (seed >>> 8) % most;
}

const PIECES = ['[', ']', ',', '&', '=', ';', '[CQ:', '[CQ:at,qq=', '&amp;', '&#91;', '&#93;', '&#44;', '&#4', '&amp', 'at', 'face', 'id=1', ',id=', 'text',
	' ', '\n', '照片', '身份证', '＆', '1', 'a_b', '"', '\\', '@', '10001000', 'é', '[CQ:face,id=14]', '[CQ:image,file=a.jpg,url=http://x/?a=b&amp;c=d]'];

function text() {
	let made = '';
	for (let n = random(12); n >= 0; n--)
		made += PIECES[random(PIECES.length)];
	return made;
}

/* No two are the same. */
const made = new Set();
while (made.size < COUNT)
	made.add(text());
const texts = [...made];

/* What our code makes of all of them. */
function ours(what, given) {
	const input = given.map((one) => JSON.stringify({ do: what, text: one })).join('\n') + '\n';
	const { status, stdout } = spawnSync(LINES, { input, encoding: 'utf8', maxBuffer: 64 << 20 });
	assert.strictEqual(status, 0);
	return stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
}

test('a thousand messages are cut into the same parts', { skip }, () => {
	const codes = texts.map((one) => CQCode.parse(one).map(({ type, data }) => ({ type, data })));
	assert.deepStrictEqual(ours('parse', texts), codes);
	assert.ok(codes.flat().filter((part) => part.type !== 'text').length > COUNT / 4); // it must have codes to find
});

test('a thousand escaped texts are read, in a text and in a code', { skip }, () => {
	for (const inline of [false, true])
		assert.deepStrictEqual(ours('unescape', texts.map((one) => CQCode.escape(one, inline))), texts);
	const codes = texts.map((one) => `[CQ:share,title=${CQCode.escape(one, true)}]`);
	assert.deepStrictEqual(ours('parse', codes), texts.map((one) => [{ type: 'share', data: { title: one } }]));
});
