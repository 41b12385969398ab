/* An operator of the console, as a browser behaves: it keeps the cookie, and sends Origin and the CSRF token. */
'use strict';

const assert = require('node:assert');
const crypto = require('node:crypto');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { Server } = require('./harness');

const PASSWORD = 'correct horse battery';
const CHEAP = { hash_mib: 8, hash_passes: 1 }; // of hashing; the tests are not about its cost
const WITH_CHATS = { chats: 'yes' };

function startConsole(settings = {}, options = {}) {
	return Server.start({ ...options, settings: { ...settings, console: { ...CHEAP, ...WITH_CHATS, ...settings.console } } });
}

/* `dayi user` beside the running server, with its configuration. */
function dayiUser(server, args, input = '') {
	const run = spawnSync(path.resolve(process.env.DAYI_BIN), ['user', ...args, '--config', server.config],
		{ cwd: server.folder, env: { ...process.env, LC_ALL: 'C' }, input, encoding: 'utf8', timeout: 60000 });
	assert.equal(run.status, 0, run.stderr);
	return run.stdout;
}

function addUser(server, name, roles, password = PASSWORD) {
	dayiUser(server, ['add', name, roles], `${password}\n`);
}

/* It knows of an account that may answer: who asks for a person is told to wait from now on. */
function staffed(server) {
	return server.logged(/chats_staffed staffed="?yes/, 'an account that answers chats');
}

function makeLink(server, name) {
	return /#link=([0-9a-f]{64})\n/.exec(dayiUser(server, ['link', name]))[1];
}

/* RFC 6238, by hand: the code of a base32 secret in a step of 30 s. */
function codeOf(secret, step) {
	const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
	const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(step));
	const hash = crypto.createHmac('sha1', key).update(counter).digest();
	const value = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
	return String(value % 1000000).padStart(6, '0');
}

class Operator {
	constructor(server, headers = {}) {
		this.server = server;
		this.headers = { Origin: server.url, ...headers };
		this.cookie = '';
		this.csrf = '';
	}

	/* Signed in, and with its CSRF token. */
	static async signedIn(server, name, more = {}) {
		const operator = new Operator(server);
		const response = await operator.signIn(name, PASSWORD, more);
		assert.equal(response.status, 204, await response.text());
		await operator.me();
		return operator;
	}

	/* `headers` with the value null are left out. */
	async request(method, where, body, headers = {}) {
		const all = { ...this.headers, Cookie: this.cookie, 'X-CSRF-Token': this.csrf, ...headers };
		if (body !== undefined)
			all['Content-Type'] ??= 'application/json';
		for (const [name, value] of Object.entries(all))
			if (value === null || value === '')
				delete all[name];
		const response = await this.server.fetch(`/console/api/v1/${where}`, {
			method, headers: all, body: body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
		});
		const set = response.headers.get('set-cookie');
		if (set)
			this.cookie = set.split(';')[0];
		return response;
	}

	get(where, headers) {
		return this.request('GET', where, undefined, headers);
	}

	post(where, body = {}, headers = {}) {
		return this.request('POST', where, body, headers);
	}

	signIn(name, password, more = {}) {
		return this.post('sign-in', { name, password, ...more });
	}

	async me() {
		const response = await this.get('me');
		assert.equal(response.status, 200, await response.clone().text());
		const me = await response.json();
		this.csrf = me.csrf;
		return me;
	}
}

/* { status, reason } of a response. */
async function outcome(response) {
	const text = await response.text();
	const json = response.headers.get('content-type')?.startsWith('application/json');
	return { status: response.status, reason: text && json ? JSON.parse(text).reason : undefined };
}

module.exports = { Operator, PASSWORD, addUser, codeOf, dayiUser, makeLink, outcome, staffed, startConsole };
