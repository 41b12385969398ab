/* Two servers over one PostgreSQL have the same accounts, sessions and links. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { Server, stopCleanly, until } = require('./harness.js');
const { Operator, PASSWORD, addUser, codeOf, dayiUser, makeLink, outcome } = require('./operator.js');
const { Postgres } = require('./records.js');

/* The second one gets the keys that the first has made. */
async function startPair(t) {
	const postgres = await Postgres.start(t);
	const settings = { store: { url: postgres.connect }, record: { source: 'none' }, console: { hash_mib: 8, hash_passes: 1 } };
	const first = await Server.start({ settings });
	t.after(() => first.stop());
	const second = new Server({ settings });
	t.after(() => second.stop());
	fs.cpSync(path.join(first.folder, 'var'), path.join(second.folder, 'var'), { recursive: true });
	return { postgres, servers: [first, await second.start()] };
}

/* The same browser at the other server. */
function at(server, operator) {
	const other = new Operator(server);
	other.cookie = operator.cookie;
	other.csrf = operator.csrf;
	return other;
}

test('a session that was begun at one server goes on at the other, and ends at both', async (t) => {
	const { servers: [first, second] } = await startPair(t);
	addUser(first, '王晓', 'operator');
	const here = await Operator.signedIn(first, '王晓');
	const there = at(second, here);
	assert.equal((await there.me()).name, '王晓');
	assert.equal(there.csrf, here.csrf);
	assert.equal((await (await there.get('sessions')).json()).sessions.length, 1);
	dayiUser(second, ['roles', '王晓', 'editor']);
	assert.deepEqual((await here.me()).roles, ['editor']);
	assert.equal((await there.post('sign-out')).status, 204);
	assert.deepEqual(await outcome(await here.get('me')), { status: 401, reason: 'signed_out' });
	for (const server of [first, second]) {
		assert.ok(!fs.existsSync(path.join(server.folder, 'var/accounts.db')));
		await stopCleanly(server);
	}
});

test('guesses are counted over both, and a lock holds at both', async (t) => {
	const { servers: [first, second] } = await startPair(t);
	addUser(first, 'li', 'operator');
	const guess = (server, password = 'wrong password') => new Operator(server).signIn('li', password).then(outcome);
	for (const server of [first, second, first, second, first])
		assert.deepEqual(await guess(server), { status: 401, reason: 'sign_in' });
	for (const server of [first, second])
		assert.deepEqual(await guess(server, PASSWORD), { status: 429, reason: 'locked' });
	dayiUser(second, ['unlock', '127.0.0.1']);
	assert.deepEqual(await guess(first, PASSWORD), { status: 204, reason: undefined }, 'from an address that is free');
});

test('a link and a code count once, over both', async (t) => {
	const { servers } = await startPair(t);
	const [first, second] = servers;
	addUser(first, 'li', 'operator');
	const token = makeLink(second, 'li');
	const tries = await Promise.all([first, second, first, second].map((server) => new Operator(server).post('sign-in/link', { token })));
	assert.deepEqual(tries.map(({ status }) => status).sort(), [204, 401, 401, 401]);

	const operator = await Operator.signedIn(first, 'li');
	const { secret } = await (await operator.post('totp', { step: 'begin' })).json();
	const step = () => Math.floor(Date.now() / 30000);
	assert.equal((await at(second, operator).post('totp', { step: 'confirm', code: codeOf(secret, step()) })).status, 204);
	const totp = codeOf(secret, step() + 1);
	const codes = await Promise.all([first, second, first, second].map((server) => new Operator(server).signIn('li', PASSWORD, { totp })));
	assert.deepEqual(codes.map(({ status }) => status).sort(), [204, 401, 401, 401]);
});

test('while the database is away nobody is let in, and afterwards the session is still there', async (t) => {
	const { postgres, servers: [first] } = await startPair(t);
	addUser(first, 'li', 'operator');
	const operator = await Operator.signedIn(first, 'li');
	await postgres.crash();
	assert.equal((await operator.get('me')).status, 500);
	assert.equal((await new Operator(first).signIn('li', PASSWORD)).status, 500);
	assert.equal((await first.ask({ text: '照片' })).status, 200, 'questions are answered');
	await postgres.run();
	await until(async () => (await operator.get('me')).status === 200, 'the session');
});
