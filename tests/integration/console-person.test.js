/* A person's record before an operator: read with a reason, judged, masked, and gone with the session. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { Operator, addUser, outcome, startConsole } = require('./operator');
const { bearer, dayi, idOf, sampleRows, startWithRecords, tokenOf, verdicts } = require('./records');

const REASON = '来电 1123 咨询';
const XSS = '<img src=x onerror=alert(1)>"\'</script>';

async function start(t, settings = {}) {
	const server = await startWithRecords(t, { settings: { console: { hash_mib: 8, hash_passes: 1 }, ...settings } });
	addUser(server, 'operator', 'operator');
	addUser(server, 'colleague', 'operator');
	return { server, operator: await Operator.signedIn(server, 'operator') };
}

const open = (operator, value, more = {}) => operator.post('person', { by: 'id_number', value, reason: REASON, ...more });

async function opened(operator, value, more) {
	const response = await open(operator, value, more);
	assert.equal(response.status, 200, await response.clone().text());
	return response.json();
}

const audited = (server) => dayi(server, ['audit', 'list', '--file', 'var/audit.db', '--key', 'var/audit.key']).stdout;
const entryOf = (person, id) => person.entries.find((one) => one.entry === id);
const cellsOf = (person, relation) => person.facts.find((one) => one.relation === relation).rows.flat();

test('an operator sees the verdicts that the applicant is told, in words about the applicant', async (t) => {
	const { server, operator } = await start(t);
	const name = '尤超壬';
	const reply = await (await server.ask({ text: '考试成绩查不到怎么办' }, bearer(tokenOf(server, name)))).json();
	const person = await opened(operator, idOf(name));
	const entry = entryOf(person, reply.answers[0].entry);
	const decided = Object.fromEntries(entry.cases.map((one) => [one.case, one.verdict]));
	assert.deepEqual(decided, verdicts(reply));
	assert.ok(Object.values(decided).some((verdict) => verdict !== 'unknown'), 'the record decided something');
	assert.equal(entry.lead, reply.answers[0].case);
	const told = reply.answers[0].cases.map((one) => one.because).filter(Boolean);
	assert.ok(told.some((because) => because.includes('您')));
	for (const one of person.entries.flatMap(({ cases }) => cases))
		assert.doesNotMatch((one.because ?? '').replace(/“[^”]*”/g, ''), /您/, 'the operator is not addressed');
	const applies = entry.cases.find((one) => one.verdict === 'applies');
	assert.ok(applies.steps.length > 0 && applies.steps.every((step) => step.what && step.who), 'who acts');
	assert.ok(Math.abs(Date.parse(person.read_at) - Date.now()) < 600000);
	assert.equal(person.known, true);
});

test('somebody who is blacklisted is seen at a glance, and why', async (t) => {
	const { operator } = await start(t);
	const person = await opened(operator, idOf('吕黑丑'));
	assert.equal(cellsOf(person, 'applicant').find((cell) => cell.column === 'blacklist_reason').value, '安全生产事故问责');
	assert.ok(person.entries.some((entry) => entry.cases.some((one) => one.verdict === 'applies' && /黑名单|安全生产事故问责/.test(one.because ?? one.label))));
});

test('what identifies a person is masked everywhere, until it is asked for with a reason', async (t) => {
	const { server, operator } = await start(t);
	const name = '沈误丁';
	const id = idOf(name);
	const person = await opened(operator, id);
	const text = JSON.stringify(person);
	assert.ok(!text.includes(name) && !text.includes(id) && !text.includes('419900199301150417'));
	assert.match(person.id_number, /^419\*+47$/);
	const field = 'applicant/0/name';
	assert.equal(cellsOf(person, 'applicant').find((cell) => cell.column === 'name').value, '沈**');
	for (const reason of [undefined, '', ' ', 'x', 'a\u0007b', '长'.repeat(101)])
		assert.equal((await operator.post('person/reveal', { field, reason })).status, 400, JSON.stringify(reason));
	const revealed = await operator.post('person/reveal', { field, reason: '核对姓名' });
	assert.deepEqual(await revealed.json(), { field, value: name });
	assert.equal((await (await operator.post('person/reveal', { field: 'id_number', reason: '核对' })).json()).value, id);
	for (const none of ['applicant/0/nothing', 'applicant/1/name', 'applicant/0', 'said/0/value', 'nothing/0/name', '', '../x', 'applicant/0/name/0', 'found/1'])
		assert.deepEqual(await outcome(await operator.post('person/reveal', { field: none, reason: REASON })), { status: 404, reason: 'no_field' }, none);
	const rows = audited(server).split('\n').filter((row) => row.includes('@person_reveal'));
	assert.equal(rows.filter((row) => /account:operator\t@person_reveal\t核对姓名, console, from 127\.0\.0\.1.*, applicant\/0\/name/.test(row)).length, 1);
	assert.equal(rows.filter((row) => row.includes('\t@person_reveal\t')).length, 2, 'each reveal is a row');
});

test('nothing is read without a reason, and every reading is in the audit with it, numbers masked', async (t) => {
	const { server, operator } = await start(t);
	const id = idOf('王考三');
	for (const reason of ['', '   ', '\u3000\u3000', 'x', 'a\nb', '长'.repeat(101)])
		assert.deepEqual(await outcome(await open(operator, id, { reason })), { status: 400, reason: 'reason' }, reason);
	assert.deepEqual(await outcome(await operator.post('person', { by: 'id_number', value: id })), { status: 400, reason: 'bad_member' });
	assert.doesNotMatch(audited(server), /account:operator\tapplicant/);
	await opened(operator, id.toLowerCase(), { reason: '来电 13812345678 问 419900199511020033' });
	assert.match(audited(server), /account:operator\tapplicant certificate exam application company qualification constructor\t来电 .*, console, from 127\.0\.0\.1/);
	assert.doesNotMatch(audited(server), /13812345678|419900199511020033/);
	assert.match(dayi(server, ['audit', 'list', '--file', 'var/audit.db', '--key', 'var/audit.key', '--id-number', id]).stdout, /account:operator/);
});

test('without the audit nothing is shown', async (t) => {
	const { server, operator } = await start(t);
	for (const name of fs.readdirSync(path.join(server.folder, 'var')).filter((one) => one.startsWith('audit.db')))
		fs.rmSync(path.join(server.folder, 'var', name));
	assert.deepEqual(await outcome(await open(operator, idOf('王考三'))), { status: 503, reason: 'records_away' });
	assert.deepEqual(await outcome(await operator.post('person/reveal', { field: 'id_number', reason: REASON })), { status: 404, reason: 'no_person' });
});

test('a person is found by the number of a certificate, whichever brackets it was heard with', async (t) => {
	const { server, operator } = await start(t);
	const { number, applicant_id: id } = sampleRows('certificate').find((row) => row.applicant_id === idOf('李管二'));
	for (const value of [number, number.replace('（', '(').replace('）', ')'), ` ${number} `]) {
		const person = await opened(operator, value, { by: 'certificate_number' });
		assert.equal((await (await operator.post('person/reveal', { field: 'id_number', reason: REASON })).json()).value, id);
		assert.equal(person.known, true);
	}
	for (const value of ['豫建安A（2025）0000000', XSS, "' OR 1=1 --"])
		assert.deepEqual(await outcome(await open(operator, value, { by: 'certificate_number' })), { status: 404, reason: 'nobody' }, value);
	assert.match(audited(server), /account:operator\t@person_find\t来电 1123 咨询, console/);
});

test('of several people one is chosen from a masked list', async (t) => {
	const server = await startWithRecords(t, { settings: { console: { hash_mib: 8, hash_passes: 1 } } });
	const folder = path.join(server.folder, 'two');
	fs.mkdirSync(folder);
	fs.writeFileSync(path.join(folder, 'applicant.csv'), 'applicant_id,id_number,name,blacklisted,blacklist_reason\n'
		+ `419900198603120010,419900198603120010,张安一,0,\n419900199007250024,419900199007250024,张安一,0,\n`);
	fs.writeFileSync(path.join(folder, 'certificate.csv'), 'applicant_id,number,employer\n'
		+ `419900198603120010,豫建安A（2025）9900001,同一公司\n419900199007250024,豫建安B（2025）9900002,同一公司\n419900199007250024,豫建安A（2025）9900003,同一公司\n`);
	assert.equal(dayi(server, ['records', 'import', '--out', 'var/records.db', folder]).status, 0);
	addUser(server, 'operator', 'operator');
	const operator = await Operator.signedIn(server, 'operator');
	const found = await opened(operator, '张安一', { by: 'name_company', company: '同一公司' });
	assert.deepEqual(found.found.map(({ name, company }) => ({ name, company })), Array(2).fill({ name: '张**', company: '同一公司' }));
	assert.ok(found.found.every((one) => /^419\*+\d\d$/.test(one.id_number)), JSON.stringify(found));
	assert.deepEqual(await outcome(await operator.post('person/said', { fact: 'score', value: 'good' })), { status: 404, reason: 'no_person' });
	for (const value of ['0', '3', '-1', 'x'])
		assert.deepEqual(await outcome(await open(operator, value, { by: 'found' })), { status: 404, reason: 'no_person' }, value);
	const ids = [];
	for (const value of ['1', '2']) {
		await opened(operator, '张安一', { by: 'name_company', company: '同一公司' });
		await opened(operator, value, { by: 'found' });
		ids.push((await (await operator.post('person/reveal', { field: 'id_number', reason: REASON })).json()).value);
	}
	assert.deepEqual(ids.sort(), ['419900198603120010', '419900199007250024']);
	assert.equal((await open(operator, '张安一', { by: 'name_company', company: '别的公司' })).status, 404);
	assert.equal((await open(operator, '张安一', { by: 'name_company' })).status, 400, 'a name alone finds nobody');
});

test('what the caller says changes the verdicts at once, and is gone with the session', async (t) => {
	const { operator, server } = await start(t);
	const id = idOf('冯缺九');
	const before = await opened(operator, id);
	const question = before.ask[0];
	assert.ok(question && question.options.length > 1 && question.text, 'something is still to be asked');
	const unknown = (person) => person.entries.flatMap((entry) => entry.cases.map((one) => `${entry.entry} ${one.case} ${one.verdict}`));
	let changed = false;
	for (const option of question.options) {
		const after = await (await operator.post('person/said', { fact: question.fact, value: option.value })).json();
		assert.deepEqual(after.said.map(({ fact, value, label }) => ({ fact, value, label })), [{ fact: question.fact, value: option.value, label: option.label }]);
		assert.ok(after.ask.every((one) => one.fact !== question.fact), 'it is not asked again');
		changed ||= JSON.stringify(unknown(after)) !== JSON.stringify(unknown(before));
	}
	assert.ok(changed, 'an answer decided something');
	const back = await (await operator.post('person/said', { fact: question.fact, value: null })).json();
	assert.deepEqual(unknown(back), unknown(before));
	assert.deepEqual(back.said, []);
	for (const [fact, value] of [[question.fact, XSS.slice(0, 30)], ['nothing', 'yes'], [XSS.slice(0, 20), '']])
		assert.deepEqual(await outcome(await operator.post('person/said', { fact, value })), { status: 404, reason: 'no_field' });
	const colleague = await Operator.signedIn(server, 'colleague');
	assert.deepEqual(await outcome(await colleague.post('person/said', { fact: question.fact, value: '' })), { status: 404, reason: 'no_person' }, 'it is of this session alone');
	const again = await Operator.signedIn(server, 'operator');
	assert.equal((await again.post('person/said', { fact: question.fact, value: '' })).status, 404);
	const { cookie, csrf } = operator;
	assert.equal((await operator.post('sign-out')).status, 204);
	assert.equal((await operator.post('person/said', { fact: question.fact, value: '' }, { Cookie: cookie, 'X-CSRF-Token': csrf })).status, 401);
});

test('a number that is none is told, and a person without a record is no blank page', async (t) => {
	const { operator } = await start(t);
	for (const value of ['419900199511020034', '1', XSS, '419900199511020033 419900199007250024', '4199001995110200330'])
		assert.deepEqual(await outcome(await open(operator, value)), { status: 400, reason: 'id_number' }, value);
	const person = await opened(operator, '11010519491231002X');
	assert.equal(person.known, false);
	assert.equal(person.facts.every((one) => one.outcome === 'read' && one.rows.length === 0), true);
});

test('names with markup in them stay text', async (t) => {
	const server = await startWithRecords(t, { settings: { console: { hash_mib: 8, hash_passes: 1 } } });
	const folder = path.join(server.folder, 'xss');
	fs.mkdirSync(folder);
	fs.writeFileSync(path.join(folder, 'certificate.csv'), `applicant_id,number,employer\n419900198603120010,豫建安A（2025）9900001,"${XSS.replaceAll('"', '""')}"\n`);
	assert.equal(dayi(server, ['records', 'import', '--out', 'var/records.db', folder]).status, 0);
	addUser(server, 'operator', 'operator');
	const operator = await Operator.signedIn(server, 'operator');
	const response = await open(operator, '419900198603120010', { reason: XSS });
	assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
	const person = await response.json();
	assert.equal(cellsOf(person, 'certificate').find((cell) => cell.column === 'employer').value, XSS);
	assert.equal(person.facts.find((one) => one.relation === 'exam').outcome, 'wrong_schema');
});

test('an office without records says so', async (t) => {
	const server = await startConsole();
	t.after(() => server.stop());
	addUser(server, 'operator', 'operator');
	const operator = await Operator.signedIn(server, 'operator');
	assert.deepEqual(await outcome(await open(operator, '11010519491231002X')), { status: 404, reason: 'no_records' });
});
