'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const ROOT = path.join(__dirname, '../..');
const EXIT = { done: 0, faults: 1, usage: 2 };
// The examples of GB 11643-1999.
const ID = '11010519491231002X';
const OTHER_ID = '440524188001010014';

function dayi(args, cwd = ROOT) {
	const run = spawnSync(path.resolve(process.env.DAYI_BIN), args, { cwd, encoding: 'utf8', timeout: 60000 });
	return { code: run.status, out: run.stdout, err: run.stderr };
}

function temporary(t) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-token-'));
	fs.mkdirSync(path.join(folder, 'var')); // else what is written goes beside the program
	t.after(() => fs.rmSync(folder, { recursive: true }));
	return folder;
}

function parts(token) {
	const [header, claims, signature] = token.trim().split('.');
	const json = (part) => JSON.parse(Buffer.from(part, 'base64url'));
	return { header: json(header), claims: json(claims), signed: `${header}.${claims}`, signature: Buffer.from(signature, 'base64url') };
}

test('a token names the applicant and is signed with a key made for it', (t) => {
	const folder = temporary(t);
	const before = Math.floor(Date.now() / 1000);
	const run = dayi(['token', '--id-number', ID, '--name', '张三', '--valid-for', '60'], folder);
	assert.equal(run.code, EXIT.done, run.err);
	const { header, claims, signed, signature } = parts(run.out);
	assert.equal(header.alg, 'HS256');
	assert.equal(claims.iss, 'portal');
	assert.equal(claims.aud, 'dayi');
	assert.equal(claims.sub, ID);
	assert.equal(claims.name, '张三');
	assert.equal(claims.exp - claims.iat, 60);
	assert.ok(claims.iat >= before && claims.iat <= before + 60);
	const key = path.join(folder, 'var/token.key');
	assert.equal(fs.statSync(key).mode & 0o777, 0o600);
	const secret = fs.readFileSync(key, 'utf8').trim();
	assert.match(secret, /^[0-9a-f]{64}$/);
	assert.deepEqual(signature, crypto.createHmac('sha256', secret).update(signed).digest());
});

test('the key of the first token signs the second', (t) => {
	const folder = temporary(t);
	dayi(['token', '--id-number', ID], folder);
	const key = fs.readFileSync(path.join(folder, 'var/token.key'));
	dayi(['token', '--id-number', OTHER_ID], folder);
	assert.ok(key.equals(fs.readFileSync(path.join(folder, 'var/token.key'))));
});

test('RS256 and ES256 tokens fit their public keys', (t) => {
	const folder = temporary(t);
	for (const [algorithm, type, options] of [
		['RS256', 'rsa', { modulusLength: 2048 }],
		['ES256', 'ec', { namedCurve: 'P-256' }],
	]) {
		const { publicKey, privateKey } = crypto.generateKeyPairSync(type, options);
		const file = path.join(folder, algorithm);
		fs.writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
		const run = dayi(['token', '--id-number', ID, '--algorithm', algorithm, '--key', file, '--issuer', 'me', '--audience', 'you']);
		assert.equal(run.code, EXIT.done, run.err);
		const { header, claims, signed, signature } = parts(run.out);
		assert.equal(header.alg, algorithm);
		assert.equal(claims.iss, 'me');
		assert.equal(claims.aud, 'you');
		assert.ok(crypto.verify('sha256', Buffer.from(signed), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature));
	}
});

test('no token is made for a wrong number, a short secret or without a number', (t) => {
	const folder = temporary(t);
	assert.equal(dayi(['token', '--id-number', '440524188001010015'], folder).code, EXIT.faults);
	fs.writeFileSync(path.join(folder, 'short'), '0123456789abcdef\n', { mode: 0o600 });
	const run = dayi(['token', '--id-number', ID, '--key', 'short'], folder);
	assert.equal(run.code, EXIT.faults);
	assert.match(run.err, /32 bytes/);
	for (const args of [[], ['--id-number', ID, 'x'], ['--id-number', ID, '--valid-for', '0'], ['--id-number', ID, '--algorithm', 'RS256']])
		assert.equal(dayi(['token', ...args], folder).code, EXIT.usage, args.join(' '));
});

test('a key that others may read is warned of, without showing it', (t) => {
	const folder = temporary(t);
	const secret = '0123456789abcdef0123456789abcdef';
	fs.writeFileSync(path.join(folder, 'open'), secret);
	fs.chmodSync(path.join(folder, 'open'), 0o644);
	const run = dayi(['token', '--id-number', ID, '--key', 'open'], folder);
	assert.equal(run.code, EXIT.done);
	assert.match(run.err, /warning: .*others may read/);
	assert.ok(!run.err.includes(secret) && !run.err.includes(ID));
});

test('an audit that is not there, or no audit, is not called sound', (t) => {
	const folder = temporary(t);
	const missing = dayi(['audit', 'verify'], folder);
	assert.equal(missing.code, EXIT.faults);
	assert.match(missing.err, /no such file/);
	fs.writeFileSync(path.join(folder, 'key'), '0123456789abcdef0123456789abcdef', { mode: 0o600 });
	fs.writeFileSync(path.join(folder, 'file'), 'no database at all, just text');
	const other = dayi(['audit', 'verify', '--file', 'file', '--key', 'key'], folder);
	assert.notEqual(other.code, EXIT.done);
	assert.equal(other.out, '');
	for (const args of [[], ['nonsense'], ['verify', 'list'], ['list', '--since', 'yesterday']])
		assert.equal(dayi(['audit', ...args], folder).code, EXIT.usage, args.join(' '));
});
