/* Signing in to the console, and what keeps others out. */
'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { ROOT, until } = require('./harness');
const { Operator, PASSWORD, addUser, codeOf, dayiUser, makeLink, outcome, startConsole } = require('./operator');

const ROLES = ['operator', 'editor', 'reviewer', 'administrator'];
const AUTHORS = ['editor', 'reviewer', 'administrator'];
const DECIDERS = ['reviewer', 'administrator'];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const UNKNOWN = '0'.repeat(64);

/*
 * Every route: its method, whether it needs a session, who may, and what one who may gets for this request, which changes
 * nothing. In docs/openapi.yaml under the same path.
 */
const ROUTES = [
	{ path: 'sign-in', method: 'POST', body: { name: 'nobody', password: 'x' }, open: { status: 401, reason: 'sign_in' } },
	{ path: 'sign-in/link', method: 'POST', body: { token: UNKNOWN }, open: { status: 401, reason: 'link' } },
	{ path: 'sign-out', method: 'POST', body: 'not json', roles: ROLES, gets: { status: 400, reason: 'not_json' } },
	{ path: 'me', method: 'GET', roles: ROLES, gets: { status: 200 } },
	{ path: 'who', method: 'GET', roles: ROLES, gets: { status: 200 }, signedOut: { status: 204, reason: undefined } },
	{ path: 'sessions', method: 'GET', roles: ROLES, gets: { status: 200 } },
	{ path: 'sessions/{id}', method: 'DELETE', roles: ROLES, gets: { status: 404, reason: 'no_such_session' } },
	{ path: 'password', method: 'POST', body: { new: 'short' }, roles: ROLES, gets: { status: 400, reason: 'weak' } },
	{ path: 'totp', method: 'POST', body: { step: 'begin' }, roles: ROLES, gets: { status: 200 } },
	{ path: 'entries/{id}', method: 'GET', roles: ROLES, gets: { status: 404, reason: 'not_found' } },
	{ path: 'receipts/{receipt}', method: 'GET', roles: ROLES, gets: { status: 404, reason: 'no_such_receipt' } },
	{ path: 'person', method: 'POST', body: { by: 'id_number', value: '11010519491231002X', reason: '来电咨询' }, roles: ['operator'], gets: { status: 404, reason: 'no_records' } },
	{ path: 'person/said', method: 'POST', body: { fact: 'x', value: 'y' }, roles: ['operator'], gets: { status: 404, reason: 'no_person' } },
	{ path: 'person/reveal', method: 'POST', body: { field: 'id_number', reason: '来电咨询' }, roles: ['operator'], gets: { status: 404, reason: 'no_person' } },
	{ path: 'today', method: 'GET', roles: ROLES, gets: { status: 200 } },
	...['questions', 'popups', 'choices', 'entries', 'outcomes'].map((name) => ({ path: `asked/${name}`, method: 'GET', roles: ROLES, gets: { status: 200 } })),
	{ path: 'channels', method: 'GET', roles: ['reviewer', 'administrator'], gets: { status: 200 } },
	{ path: 'channels/switch', method: 'POST', body: { channel: 'feishu', on: true }, roles: ['reviewer', 'administrator'], gets: { status: 200 } },
	{ path: 'notice', method: 'POST', body: { text: '今晚升级' }, roles: ['reviewer', 'administrator'], gets: { status: 200 } },
	{ path: 'notice/end', method: 'POST', body: {}, roles: ['reviewer', 'administrator'], gets: { status: 200 } },
	{ path: 'queue', method: 'GET', roles: ['operator'], gets: { status: 200 } },
	{ path: 'take', method: 'POST', body: {}, roles: ['operator'], gets: { status: 404, reason: 'no_chat' } },
	{ path: 'say', method: 'POST', body: { chat: UNKNOWN, epoch: 1, id: 'a', text: '您好' }, roles: ['operator'], gets: { status: 409, reason: 'not_held' } },
	{ path: 'hand-back', method: 'POST', body: { chat: UNKNOWN, epoch: 1, to: 'bot' }, roles: ['operator'], gets: { status: 409, reason: 'not_held' } },
	{ path: 'close', method: 'POST', body: { chat: UNKNOWN, epoch: 1, outcome: 'solved' }, roles: ['operator'], gets: { status: 409, reason: 'not_held' } },
	{ path: 'typing', method: 'POST', body: { chat: UNKNOWN }, roles: ['operator'], gets: { status: 409, reason: 'not_held' } },
	{ path: 'heartbeat', method: 'POST', body: {}, roles: ['operator'], gets: { status: 204 } },
	{ path: 'transcript', method: 'GET', query: `?chat=${UNKNOWN}`, roles: ['operator'], gets: { status: 404, reason: 'no_chat' } },
	{ path: 'colleagues', method: 'GET', roles: ['operator'], gets: { status: 200 } },
	{ path: 'call-backs', method: 'GET', roles: ['operator'], gets: { status: 200 } },
	{ path: 'call-backs/number', method: 'POST', body: { chat: UNKNOWN }, roles: ['operator'], gets: { status: 404, reason: 'no_chat' } },
	{ path: 'call-backs/close', method: 'POST', body: { chat: UNKNOWN, outcome: 'reached' }, roles: ['operator'], gets: { status: 404, reason: 'no_chat' } },
	{ path: 'events', method: 'GET', query: '?after=', roles: ['operator'], gets: { status: 200 } },
	{ path: 'lookup', method: 'GET', query: '?q=a', roles: ROLES, gets: { status: 200 } },
	{ path: 'authoring', method: 'GET', roles: AUTHORS, gets: { status: 200 } },
	{ path: 'authoring/entries/{id}', method: 'GET', roles: AUTHORS, gets: { status: 404, reason: 'not_found' } },
	{ path: 'authoring/history/{id}', method: 'GET', roles: AUTHORS, gets: { status: 404, reason: 'not_found' } },
	{ path: 'authoring/versions', method: 'GET', roles: AUTHORS, gets: { status: 200 } },
	{ path: 'authoring/versions/{version}', method: 'GET', roles: AUTHORS, gets: { status: 404, reason: 'no_such_version' } },
	{ path: 'authoring/check', method: 'POST', body: { entry: 'none' }, roles: AUTHORS, gets: { status: 404, reason: 'not_found' } },
	{ path: 'authoring/preview', method: 'POST', body: { text: '批量' }, roles: AUTHORS, gets: { status: 200 } },
	{ path: 'authoring/try', method: 'POST', body: { entry: 'none' }, roles: AUTHORS, gets: { status: 404, reason: 'not_found' } },
	{ path: 'authoring/gate', method: 'POST', body: {}, roles: AUTHORS, gets: { status: 200 } },
	{ path: 'authoring/replay', method: 'POST', body: { entry: 'none' }, roles: AUTHORS, gets: { status: 404, reason: 'not_found' } },
	{ path: 'authoring/replayed', method: 'GET', roles: AUTHORS, gets: { status: 200 } },
	// Of a draft that is not there: a conflict with nothing.
	{ path: 'authoring/save', method: 'POST', body: { entry: 'none', revision: 9, members: { id: 'none' } }, roles: ['editor'], gets: { status: 200 } },
	{ path: 'authoring/delete', method: 'POST', body: { entry: 'none', revision: 0 }, roles: ['editor'], gets: { status: 404, reason: 'not_found' } },
	{ path: 'authoring/discard', method: 'POST', body: { entry: 'none', revision: 9 }, roles: ['editor'], gets: { status: 404, reason: 'no_draft' } },
	{ path: 'authoring/submit', method: 'POST', body: { entry: 'none', revision: 9 }, roles: ['editor'], gets: { status: 404, reason: 'no_draft' } },
	{ path: 'authoring/decide', method: 'POST', body: { entry: 'none', revision: 9, decision: 'approve' }, roles: DECIDERS, gets: { status: 404, reason: 'no_draft' } },
	{ path: 'authoring/publish', method: 'POST', body: {}, roles: DECIDERS, gets: { status: 409, reason: 'draft_state' } },
	{ path: 'authoring/import', method: 'POST', body: '问题,答案\n甲？,乙', type: 'application/octet-stream', roles: ['editor'], gets: { status: 200 } },
	{ path: 'authoring/import/take', method: 'POST', body: '问题,答案\n甲？,乙', type: 'application/octet-stream', roles: ['editor'], gets: { status: 409, reason: 'live_moved' } },
	{ path: 'authoring/export', query: '?format=csv', method: 'GET', roles: AUTHORS, gets: { status: 200 } },
	{ path: 'authoring/suggest', method: 'POST', body: {}, roles: AUTHORS, gets: { status: 200 } },
	{ path: 'authoring/suggested', method: 'GET', roles: AUTHORS, gets: { status: 200 } },
	{ path: 'authoring/suggest/take', method: 'POST', body: { entry: 'none', alternates: ['甲'] }, roles: ['editor'], gets: { status: 404, reason: 'not_found' } },
	{ path: 'authoring/suggest/dismiss', method: 'POST', body: { entry: 'none', alternates: ['甲'] }, roles: ['editor'], gets: { status: 404, reason: 'not_found' } },
	{ path: 'authoring/suggest/restore', method: 'POST', body: {}, roles: ['editor'], gets: { status: 200 } },
	{ path: 'authoring/links', method: 'POST', body: {}, roles: AUTHORS, gets: { status: 404, reason: 'not_found' } },
	{ path: 'authoring/stale', method: 'GET', roles: AUTHORS, gets: { status: 200 } },
	{ path: 'authoring/roll-back', method: 'POST', body: {}, roles: DECIDERS, gets: { status: 404, reason: 'no_such_version' } },
];

const where = (route) => route.path.replace('{id}', '0123456789abcdef').replace('{version}', '999').replace('{receipt}', 'A7KQ-2M9X') + (route.query ?? '');

const typeOf = (route) => route.type ? { 'Content-Type': route.type } : {};

let server;
before(async () => {
	server = await startConsole({ console: { failures: 1000 } });
	for (const role of ROLES)
		addUser(server, role, role);
});
after(() => server.stop());

test('every route of the interface is in the table below, and the other way round', () => {
	const documented = fs.readFileSync(path.join(ROOT, 'docs/openapi.yaml'), 'utf8')
		.match(/(?<=^  \/console\/api\/v1\/)\S+(?=:$)/gm);
	assert.deepEqual(documented.sort(), ROUTES.map((route) => route.path).sort());
});

test('signed out, nothing is reached but the ways to sign in', async () => {
	const nobody = new Operator(server);
	for (const cookie of ['', `dayi_console=${UNKNOWN}`, 'dayi_console=', 'dayi_console=x', "dayi_console=' OR 1=1"])
		for (const route of ROUTES) {
			const got = await outcome(await nobody.request(route.method, where(route),
				route.body && JSON.stringify(route.body), { ...typeOf(route), Cookie: cookie, 'X-CSRF-Token': UNKNOWN }));
			const expected = route.open ?? route.signedOut ?? { status: 401, reason: 'signed_out' };
			assert.deepEqual(got, route.body === 'not json' && !route.open ? { status: 400, reason: 'not_json' } : expected, `${route.path} with ${cookie}`);
		}
	assert.deepEqual(await outcome(await nobody.post('sign-out')), { status: 401, reason: 'signed_out' });
});

for (const role of ROLES)
	test(`what a ${role} reaches is what the table says`, async () => {
		const operator = await Operator.signedIn(server, role);
		for (const route of ROUTES) {
			const got = await outcome(await operator.request(route.method, where(route), route.body, typeOf(route)));
			const expected = route.open ?? (route.roles.includes(role) ? route.gets : { status: 403, reason: 'may_not' });
			assert.deepEqual(got, { reason: undefined, ...expected }, route.path);
		}
		assert.deepEqual((await operator.me()).roles, [role], 'none of it changed anything');
	});

test('every other method is refused on every route, signed in or not', async () => {
	for (const operator of [new Operator(server), await Operator.signedIn(server, 'operator')])
		for (const route of ROUTES)
			for (const method of METHODS.filter((one) => one !== route.method)) {
				const response = await operator.request(method, where(route), method === 'POST' ? {} : undefined);
				assert.equal(response.status, 405, `${method} ${route.path}`);
				assert.equal(response.headers.get('allow'), route.method, `${method} ${route.path}`);
			}
});

test('what is no route is not found, whoever asks', async () => {
	const operator = await Operator.signedIn(server, 'administrator');
	for (const at of ['', 'nothing', 'me/', 'sessions/', 'sessions/a/b', 'sign-in/', '../api/v1/nothing'])
		assert.equal((await operator.get(at)).status, 404, at);
});

test('the session is a cookie that no script reads and no other page sends', async () => {
	const operator = new Operator(server);
	const response = await operator.signIn('operator', PASSWORD);
	assert.equal(response.status, 204);
	assert.match(response.headers.get('set-cookie'), /^dayi_console=[0-9a-f]{64}; Path=\/console; HttpOnly; SameSite=Strict$/);
	await operator.me();
	const out = await operator.post('sign-out');
	assert.equal(out.status, 204);
	assert.equal(out.headers.get('set-cookie'), 'dayi_console=; Path=/console; HttpOnly; SameSite=Strict; Max-Age=0');
});

test('signing out ends the session, not only its cookie', async () => {
	const operator = await Operator.signedIn(server, 'operator');
	const { cookie } = operator;
	await operator.post('sign-out');
	assert.equal((await operator.get('me', { Cookie: cookie })).status, 401);
});

test('nothing is changed without the token of the very session', async () => {
	const operator = await Operator.signedIn(server, 'operator');
	const other = await Operator.signedIn(server, 'operator');
	for (const token of [null, 'x', UNKNOWN, other.csrf, operator.csrf.toUpperCase(), operator.csrf.slice(1)])
		for (const [method, at, body] of [['POST', 'sign-out', {}], ['DELETE', 'sessions/0123456789abcdef'],
			['POST', 'password', { present: PASSWORD, new: 'quite another one' }], ['POST', 'totp', { step: 'begin' }]])
			assert.deepEqual(await outcome(await operator.request(method, at, body, { 'X-CSRF-Token': token })),
				{ status: 403, reason: 'csrf' }, `${method} ${at} with ${token}`);
	await operator.me();
});

test('nothing is changed from another page, or from a page that does not say which it is', async () => {
	const operator = await Operator.signedIn(server, 'operator');
	const foreign = [{ Origin: null }, { Origin: 'null' }, { Origin: 'https://evil.example' }, { Origin: `${server.url}.evil.example` },
		{ Origin: `https://127.0.0.1:${server.port}` }, { Origin: `http://127.0.0.1:${server.port + 1}` },
		{ 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }, { 'Sec-Fetch-Site': 'none' }];
	for (const headers of foreign)
		for (const route of ROUTES.filter(({ method }) => method !== 'GET'))
			assert.deepEqual(await outcome(await operator.request(route.method, where(route), route.body, headers)),
				{ status: 403, reason: 'console_origin' }, `${route.path} with ${JSON.stringify(headers)}`);
	assert.equal((await operator.get('me', { Origin: null, 'Sec-Fetch-Site': 'none' })).status, 200, 'a typed address');
	assert.equal((await operator.get('me', { Origin: null, 'Sec-Fetch-Site': 'same-origin' })).status, 200);
	assert.equal((await operator.get('me', { 'Sec-Fetch-Site': 'cross-site' })).status, 403);
	assert.equal((await operator.get('me', { Origin: 'https://evil.example' })).status, 403);
});

test('a form of another page cannot sign anybody in', async () => {
	const operator = new Operator(server);
	const body = JSON.stringify({ name: 'operator', password: PASSWORD });
	for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
		assert.equal((await operator.post('sign-in', body, { 'Content-Type': type })).status, 415, type);
});

test('a session that was planted before the sign-in is not the one that it begins', async () => {
	const victim = new Operator(server);
	victim.cookie = `dayi_console=${UNKNOWN}`;
	await victim.signIn('operator', PASSWORD);
	assert.notEqual(victim.cookie, `dayi_console=${UNKNOWN}`);
	assert.equal((await victim.get('me', { Cookie: `dayi_console=${UNKNOWN}` })).status, 401);
	const attacker = await Operator.signedIn(server, 'editor');
	const planted = attacker.cookie;
	victim.cookie = planted;
	await victim.signIn('operator', PASSWORD);
	assert.notEqual(victim.cookie, planted);
	assert.equal((await attacker.get('me', { Cookie: planted })).status, 401, 'what the browser had has ended');
	assert.equal((await victim.get('me', { Cookie: `${planted}; ${victim.cookie}` })).status, 401, 'two cookies are none');
});

test('no page shows the console in a frame, and nothing in it comes from elsewhere', async () => {
	const page = await server.fetch('/console/');
	assert.equal(page.status, 200);
	const policy = page.headers.get('content-security-policy');
	for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"])
		assert.ok(policy.split('; ').includes(part), `${part} in ${policy}`);
	assert.doesNotMatch(policy, /unsafe|https?:|\*/);
	assert.equal(page.headers.get('x-frame-options'), 'DENY');
	assert.equal(page.headers.get('cross-origin-opener-policy'), 'same-origin');
	assert.equal(page.headers.get('cross-origin-resource-policy'), 'same-origin');
	const moved = await server.fetch('/console', { redirect: 'manual' });
	assert.equal(moved.status, 308);
	assert.equal(moved.headers.get('location'), '/console/');
	const operator = await Operator.signedIn(server, 'operator');
	for (const at of ['me', 'sessions', 'nothing']) {
		const response = await operator.get(at);
		assert.equal(response.headers.get('cache-control'), 'no-store', at);
		assert.equal(response.headers.get('x-content-type-options'), 'nosniff', at);
		assert.match(response.headers.get('content-security-policy'), /frame-ancestors 'none'/, at);
		assert.equal(response.headers.get('access-control-allow-origin'), null, at);
	}
});

test('what a stranger can fill comes back as text', async () => {
	const name = '<img src=x onerror=alert(1)>"\'&</script>';
	addUser(server, name, 'operator');
	const operator = await Operator.signedIn(server, name);
	const response = await operator.get('me');
	assert.match(response.headers.get('content-type'), /^application\/json/);
	assert.equal((await response.json()).name, name);
	const { uri } = await (await operator.post('totp', { step: 'begin' })).json();
	assert.doesNotMatch(uri, /[<>"'\s]/);
	const { sessions } = await (await operator.get('sessions', { 'User-Agent': '<script>alert(1)</script>' })).json();
	assert.equal(sessions[0].browser, '');
});

test('a link signs in once', async () => {
	dayiUser(server, ['add', 'linked', 'editor', '--no-password']);
	const token = makeLink(server, 'linked');
	const operator = new Operator(server);
	assert.equal((await operator.post('sign-in/link', { token })).status, 204);
	assert.deepEqual((({ name, roles, password }) => ({ name, roles, password }))(await operator.me()),
		{ name: 'linked', roles: ['editor'], password: false });
	const second = new Operator(server);
	assert.deepEqual(await outcome(await second.post('sign-in/link', { token })), { status: 401, reason: 'link' });
	assert.equal((await operator.get('me')).status, 200, 'the first one stays');
});

test('of a link that two use at the same time, one signs in', async () => {
	const token = makeLink(server, 'linked');
	const both = await Promise.all([1, 2, 3, 4].map(() => new Operator(server).post('sign-in/link', { token })));
	assert.deepEqual(both.map(({ status }) => status).sort(), [204, 401, 401, 401]);
});

test('a new password ends the other sessions, and gives this one another cookie and token', async () => {
	addUser(server, 'changing', 'operator');
	const other = await Operator.signedIn(server, 'changing');
	const operator = await Operator.signedIn(server, 'changing');
	const { cookie, csrf } = operator;
	assert.deepEqual(await outcome(await operator.post('password', { present: 'wrong', new: 'battery staple 7' })), { status: 400, reason: 'password' });
	assert.deepEqual(await outcome(await operator.post('password', { new: 'battery staple 7' })), { status: 400, reason: 'password' });
	assert.equal((await operator.post('password', { present: PASSWORD, new: 'battery staple 7' })).status, 204);
	assert.notEqual(operator.cookie, cookie);
	assert.notEqual((await operator.me()).csrf, csrf);
	assert.equal((await operator.get('me', { Cookie: cookie })).status, 401);
	assert.equal((await other.get('me')).status, 401);
	assert.equal((await new Operator(server).signIn('changing', PASSWORD)).status, 401);
	assert.equal((await new Operator(server).signIn('changing', 'battery staple 7')).status, 204);
});

test('own sessions are listed and ended, those of others are not', async () => {
	addUser(server, 'listing', 'operator');
	const first = await Operator.signedIn(server, 'listing');
	const second = await Operator.signedIn(server, 'listing');
	const stranger = await Operator.signedIn(server, 'administrator');
	const { sessions } = await (await second.get('sessions')).json();
	assert.equal(sessions.length, 2);
	const { id } = sessions.find(({ current }) => !current);
	assert.equal(sessions.filter(({ current }) => current).length, 1);
	assert.deepEqual(await outcome(await stranger.request('DELETE', `sessions/${id}`)), { status: 404, reason: 'no_such_session' });
	assert.equal((await first.get('me')).status, 200);
	assert.equal((await second.request('DELETE', `sessions/${id}`)).status, 204);
	assert.equal((await first.get('me')).status, 401);
	assert.equal((await second.get('me')).status, 200);
});

test('a second step is set up, asked for, used once, and taken away', async () => {
	addUser(server, 'careful', 'operator');
	const operator = await Operator.signedIn(server, 'careful');
	const { secret, uri } = await (await operator.post('totp', { step: 'begin' })).json();
	assert.ok(uri.includes(`secret=${secret}`));
	const step = () => Math.floor(Date.now() / 30000);
	assert.deepEqual(await outcome(await operator.post('totp', { step: 'confirm', code: '000000' })), { status: 400, reason: 'code' });
	assert.equal((await operator.post('totp', { step: 'confirm', code: codeOf(secret, step()) })).status, 204);
	assert.equal((await operator.me()).totp, true);
	const again = new Operator(server);
	assert.deepEqual(await outcome(await again.signIn('careful', PASSWORD)), { status: 401, reason: 'code_needed' });
	assert.deepEqual(await outcome(await again.signIn('careful', 'wrong')), { status: 401, reason: 'sign_in' });
	assert.equal(again.cookie, '');
	const totp = codeOf(secret, step() + 1); // of a clock that is ahead: the present one is used up
	assert.equal((await again.signIn('careful', PASSWORD, { totp })).status, 204);
	assert.deepEqual(await outcome(await new Operator(server).signIn('careful', PASSWORD, { totp })), { status: 401, reason: 'sign_in' });
	dayiUser(server, ['totp-reset', 'careful']);
	assert.equal((await again.get('me')).status, 401, 'an administrator took it away, and the sessions with it');
	assert.equal((await new Operator(server).signIn('careful', PASSWORD)).status, 204);
});

test('a disabled account is out at once, and new roles count at once', async () => {
	addUser(server, 'leaving', 'operator');
	const operator = await Operator.signedIn(server, 'leaving');
	dayiUser(server, ['roles', 'leaving', 'editor,reviewer']);
	assert.deepEqual((await operator.me()).roles, ['editor', 'reviewer']);
	dayiUser(server, ['disable', 'leaving']);
	assert.deepEqual(await outcome(await operator.get('me')), { status: 401, reason: 'signed_out' });
	assert.deepEqual(await outcome(await operator.signIn('leaving', PASSWORD)), { status: 401, reason: 'sign_in' });
	dayiUser(server, ['enable', 'leaving']);
	assert.equal((await operator.signIn('leaving', PASSWORD)).status, 204);
	dayiUser(server, ['remove', 'leaving']);
	assert.equal((await operator.get('me')).status, 401);
});

test('what is malformed is refused and changes nothing', async () => {
	const operator = await Operator.signedIn(server, 'operator');
	const cases = [['sign-in', '{}'], ['sign-in', '[]'], ['sign-in', '{"name":1,"password":"x"}'], ['sign-in', '{"name":"a"}'],
		['sign-in', JSON.stringify({ name: 'a'.repeat(65), password: 'x' })], ['sign-in', JSON.stringify({ name: 'a', password: 'x'.repeat(1025) })],
		['sign-in/link', '{"token":"x"}'], ['sign-in/link', JSON.stringify({ token: UNKNOWN.replace('0', 'G') })],
		['totp', '{"step":"undo"}'], ['totp', '{"step":"confirm"}'], ['totp', '{}'], ['password', '{"new":null}'], ['password', '\xff']];
	for (const [at, body] of cases)
		assert.equal((await operator.post(at, body)).status, 400, `${at} ${body}`);
	assert.equal((await operator.get('lookup')).status, 400);
	assert.equal((await operator.get(`lookup?q=${'a'.repeat(1100)}`)).status, 400);
	await operator.me();
});

test('guessing locks the address and the account, and tells nothing of which names there are', async (t) => {
	const guarded = await startConsole({ console: { failures: 3, lock_s: 60 }, http: { trusted_proxies: '127.0.0.1' } });
	t.after(() => guarded.stop());
	addUser(guarded, 'operator', 'operator');
	const from = (address) => new Operator(guarded, { 'X-Forwarded-For': address });
	for (const name of ['operator', 'nobody']) {
		const guesser = from(name === 'operator' ? '127.0.0.2' : '127.0.0.3');
		for (let i = 0; i < 3; i++)
			assert.deepEqual(await outcome(await guesser.signIn(name, 'wrong password')), { status: 401, reason: 'sign_in' }, name);
		const locked = await guesser.signIn(name, PASSWORD);
		assert.ok(Number(locked.headers.get('retry-after')) > 30);
		assert.deepEqual(await outcome(locked), { status: 429, reason: 'locked' }, name);
	}
	const another = from('127.0.0.4');
	assert.equal((await another.signIn('nobody', 'wrong password')).status, 401);
	assert.deepEqual(await outcome(await another.signIn('operator', PASSWORD)), { status: 429, reason: 'locked' }, 'who has failed once may not try a locked account');
	assert.equal((await from('127.0.0.5').signIn('operator', PASSWORD)).status, 204, 'its owner, from where nobody guessed, may');
});

test('a link signs in from a locked address, and unlocks it; a void one counts for nothing', async (t) => {
	const guarded = await startConsole({ console: { failures: 3, lock_s: 60 }, http: { trusted_proxies: '127.0.0.1' } });
	t.after(() => guarded.stop());
	addUser(guarded, 'operator', 'operator');
	const from = (address) => new Operator(guarded, { 'X-Forwarded-For': address });
	for (let i = 0; i < 4; i++)
		assert.deepEqual(await outcome(await from('127.0.0.2').post('sign-in/link', { token: UNKNOWN })), { status: 401, reason: 'link' });
	for (let i = 0; i < 3; i++)
		assert.equal((await from('127.0.0.2').signIn('operator', 'wrong password')).status, 401);
	assert.equal((await from('127.0.0.2').signIn('operator', PASSWORD)).status, 429);
	assert.equal((await from('127.0.0.2').post('sign-in/link', { token: UNKNOWN })).status, 401);
	assert.equal((await from('127.0.0.2').signIn('operator', PASSWORD)).status, 429, 'a void link unlocks nothing');
	assert.equal((await from('127.0.0.2').post('sign-in/link', { token: makeLink(guarded, 'operator') })).status, 204);
	assert.equal((await from('127.0.0.2').signIn('operator', PASSWORD)).status, 204);
});

test('a lock is lifted at the prompt, by name or by address', async (t) => {
	const guarded = await startConsole({ console: { failures: 3, lock_s: 600 }, http: { trusted_proxies: '127.0.0.1' } });
	t.after(() => guarded.stop());
	addUser(guarded, 'operator', 'operator');
	const from = (address) => new Operator(guarded, { 'X-Forwarded-For': address });
	for (let i = 0; i < 3; i++)
		assert.equal((await from('127.0.0.2').signIn('operator', 'wrong password')).status, 401);
	assert.equal((await from('127.0.0.2').signIn('operator', PASSWORD)).status, 429);
	assert.equal((await from('127.0.0.3').signIn('x', 'wrong password')).status, 401);
	assert.equal((await from('127.0.0.3').signIn('operator', PASSWORD)).status, 429);
	dayiUser(guarded, ['unlock', 'OPERATOR']);
	assert.equal((await from('127.0.0.3').signIn('operator', PASSWORD)).status, 204, 'the name is free');
	assert.equal((await from('127.0.0.2').signIn('operator', PASSWORD)).status, 429, 'the address is not');
	dayiUser(guarded, ['unlock', '127.0.0.2']);
	assert.equal((await from('127.0.0.2').signIn('operator', PASSWORD)).status, 204);
	dayiUser(guarded, ['unlock', 'nobody at all']);
	const audit = spawnSync(path.resolve(process.env.DAYI_BIN), ['audit', 'list'], { cwd: guarded.folder, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).stdout;
	assert.match(audit, /operator:uid-\d+\t@account_unlocked\tdayi user: 127\.0\.0\.2/);
	assert.match(audit, /@sign_in_locked/);
});

test('a session ends when it is idle, which looking at oneself does not change', async (t) => {
	const brief = await startConsole({ console: { idle_s: 1, longest_s: 3600 } });
	t.after(() => brief.stop());
	addUser(brief, 'operator', 'operator');
	const operator = await Operator.signedIn(brief, 'operator');
	await until(async () => (await operator.get('me')).status === 401, 'the end of an idle session');
	assert.equal((await operator.get('lookup?q=a')).status, 401);
});

test('a session ends in any case, however much is done', async (t) => {
	const brief = await startConsole({ console: { idle_s: 1, longest_s: 1 } });
	t.after(() => brief.stop());
	addUser(brief, 'operator', 'operator');
	const operator = await Operator.signedIn(brief, 'operator');
	await until(async () => (await operator.get('lookup?q=a')).status === 401, 'the end of a long session');
});

test('beyond this machine the console is reached only under the addresses that the office lists', async (t) => {
	const far = { 'X-Forwarded-For': '192.0.2.7' };
	assert.deepEqual(await outcome(await new Operator(server, far).get('me')), { status: 403, reason: 'console_remote' });
	assert.equal((await server.fetch('/console/', { headers: far })).status, 403);
	const origin = 'https://faq.example.cn';
	const open = await startConsole({ console: { origins: origin }, http: { trusted_proxies: '127.0.0.1' } });
	t.after(() => open.stop());
	addUser(open, 'operator', 'operator');
	assert.match(dayiUser(open, ['link', 'operator']), /^https:\/\/faq\.example\.cn\/console\/#link=/);
	const operator = new Operator(open, { ...far, Origin: origin });
	const response = await operator.signIn('operator', PASSWORD);
	assert.equal(response.status, 204);
	assert.match(response.headers.get('set-cookie'), /; Secure$/);
	const foreign = new Operator(open, { ...far, Origin: open.url });
	assert.deepEqual(await outcome(await foreign.signIn('operator', PASSWORD)), { status: 403, reason: 'console_origin' }, "the server's own page is this machine's");
});

test('a console that is switched off is not there', async (t) => {
	const without = await startConsole({ console: { enabled: 'no' } });
	t.after(() => without.stop());
	for (const at of ['/console', '/console/', '/console/api/v1/me', '/console/api/v1/sign-in'])
		assert.equal((await without.fetch(at, { redirect: 'manual' })).status, 404, at);
	assert.ok(!fs.existsSync(path.join(without.folder, 'var/accounts.db')));
});

test('without a place for its accounts the console is closed, and everything else is served', async (t) => {
	const without = await startConsole({ console: { store: '/proc/none/accounts.db' } });
	t.after(() => without.stop());
	await without.logged(/error console_closed/);
	assert.equal((await without.fetch('/console/api/v1/me')).status, 404);
	assert.equal((await without.ask({ text: '照片' })).status, 200);
});

test('every sign-in and every change is in the audit, and no secret is anywhere', async (t) => {
	const audited = await startConsole();
	t.after(() => audited.stop());
	addUser(audited, '李雷', 'operator');
	const operator = new Operator(audited);
	await operator.signIn('李雷', 'wrong wrong wrong');
	await operator.signIn('typed-my-password-here', 'x');
	const link = makeLink(audited, '李雷');
	await operator.post('sign-in/link', { token: link });
	await operator.post('sign-in/link', { token: link });
	await operator.signIn('李雷', PASSWORD);
	const { csrf } = await operator.me();
	await operator.request('DELETE', 'sessions/0123456789abcdef');
	await operator.post('password', { present: 'bad', new: 'battery staple 7' });
	const { secret } = await (await operator.post('totp', { step: 'begin' })).json();
	await operator.post('totp', { step: 'confirm', code: '12345' });
	await operator.post('sign-out');
	const list = (args) => spawnSync(path.resolve(process.env.DAYI_BIN), ['audit', ...args, '--file', 'var/audit.db', '--key', 'var/audit.key'],
		{ cwd: audited.folder, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
	const rows = list(['list']).stdout.trim().split('\n').map((line) => line.split('\t').slice(2, 4).join(' '));
	assert.deepEqual(rows, [
		`operator:uid-${process.getuid()} @account_added`, 'unknown @sign_in_refused', 'unknown @sign_in_refused',
		`operator:uid-${process.getuid()} @account_link`, 'account:李雷 @sign_in_by_link', 'unknown @sign_in_by_link_refused',
		'account:李雷 @sign_in', 'account:李雷 @session_ended_refused', 'account:李雷 @password_refused', 'account:李雷 @totp_begun',
		'account:李雷 @totp_confirmed_refused', 'account:李雷 @sign_out']);
	assert.match(list(['verify']).stdout, /nothing was changed/);
	const kept = fs.readdirSync(path.join(audited.folder, 'var')).map((name) => fs.readFileSync(path.join(audited.folder, 'var', name), 'latin1')).join();
	for (const one of ['wrong wrong wrong', 'typed-my-password-here', PASSWORD, link, csrf, operator.cookie.slice(13) || link])
		assert.ok(!kept.includes(one) && !audited.log.includes(one), one);
	assert.ok(!audited.log.includes(secret));
});
