/*
 * A person and today in the console, in a real browser: with the keyboard alone, every state looked
 * at by axe-core, strings that would run. Pictures are left in build/screenshots/console.
 */
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { PASSWORD, addUser } = require('../integration/operator.js');
const { dayi, idOf, startWithRecords, tokenOf } = require('../integration/records.js');
const { eventually, focusOn } = require('./eventually.js');
const { ROOT, launch, openPage, takePicture } = require('./harness.js');

const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const PICTURES = path.join(ROOT, 'build/screenshots/console');
const XSS = '<img src=x onerror="window.ran=1">';

async function withPerson(t, prepare = () => {}) {
	const server = await startWithRecords(t, { settings: { web: { folder: path.join(ROOT, 'web/dist') }, console: { hash_mib: 8, hash_passes: 1 } } });
	prepare(server);
	addUser(server, 'zhang', 'operator');
	addUser(server, 'li', 'editor');
	const browser = await launch('chromium');
	t.after(() => browser.close());
	const open = async (name, settings = {}) => {
		const page = await openPage(t, browser, `${server.url}/console/`, { viewport: { width: 1366, height: 768 }, reducedMotion: 'reduce', expected: /status of (40[0134]|503)/, ...settings });
		page.setDefaultTimeout(10000);
		await page.fill('#name', name);
		await page.fill('#password', PASSWORD);
		await page.keyboard.press('Enter');
		await focusOn(page, '#search');
		return page;
	};
	return { server, open };
}

async function violations(page) {
	await page.evaluate(AXE);
	return page.evaluate(async () => {
		const { violations } = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
		return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`);
	});
}

async function check(page, name) {
	await takePicture(page, path.join(PICTURES, `${name}.png`));
	assert.deepStrictEqual(await violations(page), []);
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'no sideways scrolling');
}

/* With the keyboard alone, from wherever the focus is. */
async function readPerson(page, id) {
	await page.keyboard.press('F4');
	await page.locator('#person-value:focus').waitFor();
	await page.keyboard.type(id);
	await page.keyboard.press('Tab');
	await page.keyboard.type('来电 1123 咨询');
	await page.keyboard.press('Enter');
	await page.locator('.whose').waitFor();
}

/* The same person, at the chat. */
test('whose_record_was_read_sees_who_did_it_when_and_why', async (t) => {
	fs.mkdirSync(PICTURES, { recursive: true });
	const { server, open } = await withPerson(t);
	const name = '冯缺九';
	const page = await open('zhang');
	const applicant = await openPage(t, page.context().browser(), `${server.url}/#trial`, { viewport: { width: 390, height: 780 }, reducedMotion: 'reduce' });
	assert.strictEqual(await applicant.getByRole('button', { name: '谁看过我的记录' }).count(), 0, 'not before they are signed in');
	await applicant.fill('#token', tokenOf(server, name));
	await applicant.keyboard.press('Enter');
	await applicant.getByRole('button', { name: '谁看过我的记录' }).click();
	await applicant.locator('#looked-at', { hasText: '还没有工作人员查看过您的记录' }).waitFor();
	await applicant.keyboard.press('Escape');
	await applicant.locator('#looked-at').waitFor({ state: 'detached' });
	await readPerson(page, idOf(name));
	await applicant.getByRole('button', { name: '谁看过我的记录' }).click();
	await applicant.locator('.looks li', { hasText: '工作人员zhang' }).waitFor();
	await eventually(() => applicant.locator('.looks li').innerText(), /^\d{4}-\d\d-\d\d \d\d:\d\d\s*工作人员zhang\s*原因：来电 1123 咨询$/);
	await check(applicant, 'looked-at');
	await applicant.locator('#sign-out').click();
	await applicant.locator('#token').waitFor();
	assert.strictEqual(await applicant.locator('#looked-at').count(), 0);
});

test('a person', async (t) => {
	fs.mkdirSync(PICTURES, { recursive: true });
	const { open } = await withPerson(t);

	await t.test('is_read_judged_asked_and_revealed_with_the_keyboard_alone', async (t) => {
		const page = await open('zhang');
		await page.keyboard.press('F4');
		await check(page, 'person-empty');
		await page.keyboard.press('F2');
		await readPerson(page, idOf('冯缺九'));
		await check(page, 'person');
		const before = await page.locator('.person .entry').innerText();
		const question = await page.locator('.question b').first().innerText();
		await page.keyboard.press('1');
		await page.locator('.told', { hasText: question }).waitFor();
		await eventually(() => page.locator('.person .entry').innerText(), (now) => now !== before, 'the verdicts change');
		await check(page, 'person-said');
		await page.getByRole('button', { name: '显示完整的身份证号', exact: true }).focus();
		await page.keyboard.press('Enter');
		await page.locator('#reveal-reason').waitFor();
		await check(page, 'person-reveal');
		await page.keyboard.press('Enter');
		await page.locator('.whose', { hasText: idOf('冯缺九') }).waitFor();
	});

	await t.test('a_wrong_number_is_told_and_nothing_of_the_last_person_stays', async (t) => {
		const page = await open('zhang');
		await readPerson(page, idOf('王考三'));
		await page.fill('#person-value', '419900199511020034');
		await page.keyboard.press('Enter');
		await page.locator('#person-said', { hasText: '不是正确的 18 位身份证号' }).waitFor();
		await page.locator('.whose').waitFor({ state: 'detached' });
	});

	await t.test('zoomed_to_200_percent_it_can_be_read', async (t) => {
		const page = await open('zhang', { viewport: { width: 683, height: 384 } });
		await readPerson(page, idOf('吕黑丑'));
		await check(page, 'person-200');
	});

	await t.test('is_not_offered_to_who_may_not', async (t) => {
		const page = await open('li');
		assert.strictEqual(await page.getByRole('button', { name: '查个人' }).count(), 0);
		await page.keyboard.press('F4');
		await page.locator('#search').waitFor();
	});
});

test('markup in a record stays text', async (t) => {
	const { open } = await withPerson(t, (server) => {
		const folder = path.join(server.folder, 'xss');
		fs.mkdirSync(folder);
		fs.writeFileSync(path.join(folder, 'certificate.csv'), `applicant_id,number,employer\n419900198603120010,"${XSS.replaceAll('"', '""')}","${XSS.replaceAll('"', '""')}"\n`);
		fs.writeFileSync(path.join(folder, 'applicant.csv'), `applicant_id,name\n419900198603120010,"${XSS.replaceAll('"', '""')}"\n`);
		const run = dayi(server, ['records', 'import', '--out', 'var/records.db', folder]);
		assert.strictEqual(run.status, 0, run.stderr);
	});
	const page = await open('zhang');
	await readPerson(page, '419900198603120010');
	await page.locator('dd', { hasText: XSS }).first().waitFor();
	await page.getByRole('button', { name: '显示完整的姓名' }).click();
	await focusOn(page, '#reveal-reason');
	await page.keyboard.press('Enter');
	await page.locator('.relation', { hasText: `姓名${XSS}` }).first().waitFor().catch(() => undefined);
	assert.strictEqual(await page.evaluate(() => window.ran), undefined);
});

test('today', async (t) => {
	const { server, open } = await withPerson(t);
	for (const text of [XSS, '哪里可以买到飞机票？', '哪里可以买到飞机票', '宠物医院几点开门'])
		await server.ask({ text });
	const reply = await (await server.ask({ text: '证书过期还可以延续吗？' })).json();
	await server.fetch('/api/v1/rate', { method: 'POST', headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ session: reply.session, receipt: reply.receipt, value: 'down', reason: XSS }) });
	const page = await open('li');
	await page.keyboard.press('F8');
	/* The journal has it when it has been written. */
	await eventually(async () => {
		await page.getByRole('button', { name: '刷新' }).click();
		return page.locator('.columns').innerText();
	}, /2次/);
	await page.locator('li', { hasText: '哪里可以买到飞机票' }).waitFor();
	assert.strictEqual(await page.locator('.figures', { hasText: '等待人工' }).count(), 0, 'an editor holds no chats');
	await check(page, 'today');
	assert.ok(await page.evaluate(() => document.documentElement.scrollHeight <= document.documentElement.clientHeight), 'it fits 1366 × 768');
	assert.strictEqual(await page.evaluate(() => window.ran), undefined);
	await page.setViewportSize({ width: 683, height: 384 });
	await check(page, 'today-200');
});
