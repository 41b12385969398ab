/* Who is signed in is told who at the office has looked at their record, when and why; nobody else is. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const { Operator, addUser, outcome } = require('./operator');
const { Postgres, bearer, dayi, idOf, sign, startWithRecords, tokenOf } = require('./records');

const PERSON = '王考三';
const OTHER = '尤超壬';

async function looksOf(server, name) {
	const response = await server.fetch('/api/v1/looked-at', { headers: bearer(tokenOf(server, name)) });
	assert.equal(response.status, 200, await response.clone().text());
	return response.json();
}

const open = (operator, value, reason) => operator.post('person', { by: 'id_number', value, reason });

async function start(t, settings = {}) {
	const server = await startWithRecords(t, { settings: { console: { hash_mib: 8, hash_passes: 1 }, ...settings } });
	addUser(server, '王晓', 'operator');
	return { server, operator: await Operator.signedIn(server, '王晓') };
}

async function looks(t, settings) {
	const { server, operator } = await start(t, settings);
	assert.deepEqual(await looksOf(server, PERSON), { looks: [], more: false });
	/* What they are answered themselves is not told. */
	await server.ask({ text: '考试成绩查不到怎么办' }, bearer(tokenOf(server, PERSON)));
	assert.equal((await open(operator, idOf(PERSON), '来电, console, from 窗口 13812345678')).status, 200);
	assert.equal((await operator.post('person/reveal', { field: 'applicant/0/name', reason: '核对姓名' })).status, 200);
	assert.equal((await open(operator, idOf(OTHER), '另一个人')).status, 200);
	const { looks: told, more } = await looksOf(server, PERSON);
	assert.equal(more, false);
	assert.deepEqual(told.map(({ who }) => who), ['王晓', '王晓']);
	assert.equal(told[0].why, '核对姓名', 'the latest first');
	assert.match(told[1].why, /^来电, console, from 窗口 138\*+78$/);
	assert.deepEqual([...new Set(told.flatMap((look) => Object.keys(look)))].sort(), ['at', 'who', 'why'], 'and nothing else');
	for (const { at } of told)
		assert.ok(Math.abs(Date.parse(at) - Date.now()) < 600000);
	assert.deepEqual((await looksOf(server, OTHER)).looks.map(({ why }) => why), ['另一个人']);
	return { server, operator };
}

test('a person is told of each time that an operator looked at their record', async (t) => {
	const { server } = await looks(t);
	/* At the prompt of the server, there is no account. */
	const run = dayi(server, ['diagnose', '--records', 'var/records.db', '--id-number', idOf(PERSON), '--entry', '7',
		'--knowledge', require('node:path').join(__dirname, '../../knowledge'), '--audit', 'var/audit.db', '--audit-key', 'var/audit.key', '--reason', '信访 12 号']);
	assert.equal(run.status, 0, run.stderr);
	const { looks: [first] } = await looksOf(server, PERSON);
	assert.deepEqual({ who: first.who, why: first.why }, { who: null, why: '信访 12 号' });
});

test('likewise where the audit is in PostgreSQL', async (t) => {
	const postgres = await Postgres.start(t);
	await looks(t, { store: { url: postgres.connect } });
});

test('the latest hundred are told, and that there are more', async (t) => {
	const { server, operator } = await start(t, { limits: { rate_per_connection: 0, rate_per_address: 0 } });
	assert.equal((await open(operator, idOf(PERSON), '第一次')).status, 200);
	for (let i = 0; i < 100; i++)
		assert.equal((await operator.post('person/reveal', { field: 'id_number', reason: `第${i}次核对` })).status, 200);
	const { looks: told, more } = await looksOf(server, PERSON);
	assert.equal(told.length, 100);
	assert.equal(more, true);
	assert.equal(told[99].why, '第0次核对');
});

test('nobody is told without the token of the person', async (t) => {
	const { server, operator } = await start(t);
	assert.equal((await open(operator, idOf(PERSON), '来电咨询')).status, 200);
	const ask = (headers) => server.fetch('/api/v1/looked-at', { headers });
	assert.deepEqual(await outcome(await ask({})), { status: 401, reason: 'token' });
	assert.deepEqual(await outcome(await ask(bearer('x.y.z'))), { status: 401, reason: 'token' });
	assert.deepEqual(await outcome(await ask(bearer(sign(server, PERSON, { exp: 1000 })))), { status: 401, reason: 'token' });
	assert.deepEqual(await outcome(await ask({ Cookie: operator.cookie })), { status: 401, reason: 'token' });
	assert.equal((await server.fetch('/api/v1/looked-at', { method: 'POST', headers: bearer(tokenOf(server, PERSON)) })).status, 405);
});
