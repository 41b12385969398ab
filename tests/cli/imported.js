/* What `dayi import` makes of a document. */
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');
const { EXIT, dayi, temporary } = require('./dayi');

/* The entries of a folder that an import made, in the order of its files. */
function entriesOf(folder) {
	const made = path.join(folder, 'imported');
	return fs.readdirSync(made).filter((name) => name.endsWith('.json')).sort()
		.map((name) => JSON.parse(fs.readFileSync(path.join(made, name))));
}

/* Imports a document of these bytes, which must succeed: what is told, [question, answer] of each entry, and the title. */
function imported(t, name, bytes) {
	const folder = temporary(t);
	const file = path.join(folder, name);
	const out = path.join(folder, 'k');
	fs.writeFileSync(file, bytes);
	const run = dayi(['import', '--out', out, file]);
	assert.equal(run.code, EXIT.done, run.err);
	const entries = entriesOf(out);
	assert.equal(new Set(entries.map(({ id }) => id)).size, entries.length);
	return { err: run.err, out: run.out, entries: entries.map(({ question, answer }) => [question, answer]), title: (entries[0].source || {}).document };
}

function crc32(bytes) {
	let crc = ~0;
	for (const byte of bytes) {
		crc ^= byte;
		for (let i = 0; i < 8; i++)
			crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc >>> 0;
}

/* A zip file of the parts, deflated. */
function zip(parts) {
	const locals = [];
	const heads = [];
	let at = 0;
	for (const [name, text] of Object.entries(parts)) {
		const bytes = Buffer.from(text);
		const packed = zlib.deflateRawSync(bytes);
		const head = Buffer.alloc(26);
		head.writeUInt16LE(20, 0);
		head.writeUInt16LE(8, 4);
		head.writeUInt32LE(crc32(bytes), 10);
		head.writeUInt32LE(packed.length, 14);
		head.writeUInt32LE(bytes.length, 18);
		head.writeUInt16LE(Buffer.byteLength(name), 22);
		const offset = Buffer.alloc(14);
		offset.writeUInt32LE(at, 10);
		locals.push(Buffer.from('PK\x03\x04'), head, Buffer.from(name), packed);
		heads.push(Buffer.from('PK\x01\x02\x14\x00'), head, offset, Buffer.from(name));
		at += 30 + Buffer.byteLength(name) + packed.length;
	}
	const directory = Buffer.concat(heads);
	const end = Buffer.alloc(18);
	end.writeUInt16LE(Object.keys(parts).length, 4);
	end.writeUInt16LE(Object.keys(parts).length, 6);
	end.writeUInt32LE(directory.length, 8);
	end.writeUInt32LE(at, 12);
	return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end]);
}

module.exports = { entriesOf, imported, zip };
