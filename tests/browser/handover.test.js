/*
 * 转人工 in two real browsers, an applicant's page and an operator's: a whole hand-over, with the
 * server killed and started again in the middle of it; strings that would run; every state looked
 * at by axe-core. Pictures are left in build/screenshots/handover.
 */
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { freePort } = require('../integration/harness.js');
const { Operator, PASSWORD, addUser, staffed, startConsole } = require('../integration/operator.js');
const { STRINGS } = require('../integration/xss.js');
const { eventually, focusOn } = require('./eventually.js');
const { CUT_OFF, ROOT, launch, openPage, takePicture } = require('./harness.js');

const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const OFFICE = path.join(ROOT, 'knowledge');
const PICTURES = path.join(ROOT, 'build/screenshots/handover');
const WAIT_MOST_MS = 60000;
const DESK = { viewport: { width: 1366, height: 768 } };
const ZOOMED = { viewport: { width: 683, height: 384 } }; // the same at 200 %
const PHONE = { viewport: { width: 390, height: 844 } };
const EXPECTED = new RegExp(`${CUT_OFF.source}|status of (40[1349]|503)|ERR_(EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|CONNECTION_RESET)`);

/* With a small knowledge folder, which is loaded soon, unless `knowledge` names another. */
async function withDesk(t, settings = {}, knowledge = undefined) {
	fs.mkdirSync(PICTURES, { recursive: true });
	const server = await startConsole({
		server: { port: await freePort(), drain_s: 1 }, web: { folder: path.join(ROOT, 'web/dist') }, record: { source: 'none' }, ...settings,
	}, { knowledge });
	t.after(() => server.stop());
	addUser(server, '王晓', 'operator');
	addUser(server, '李雷', 'operator');
	await staffed(server);
	const browser = await launch('chromium');
	t.after(() => browser.close());
	return { server, browser };
}

async function open(t, { browser }, url, settings) {
	const page = await openPage(t, browser, url, { reducedMotion: 'reduce', expected: EXPECTED, ...settings });
	page.setDefaultTimeout(WAIT_MOST_MS);
	return page;
}

const applicantOf = (t, desk, settings = PHONE) => open(t, desk, desk.server.url, settings);

/* Signed in, with the chats before them. */
async function operatorOf(t, desk, name = '王晓', settings = DESK) {
	const page = await open(t, desk, `${desk.server.url}/console/`, settings);
	await page.fill('#name', name);
	await page.fill('#password', PASSWORD);
	await page.keyboard.press('Enter');
	await focusOn(page, '#search');
	await page.keyboard.press('F9');
	await page.locator('.chats').waitFor();
	return page;
}

async function say(page, text) {
	await page.fill('#message', text);
	await page.keyboard.press('Enter');
}

async function reply(page, text) {
	await page.fill('#draft', text);
	await page.keyboard.press('Enter');
}

async function askForPerson(page) {
	await page.click('#handoff');
	await page.locator('#desk', { hasText: /等|排队/ }).waitFor();
}

async function take(page) {
	await page.locator('.chats .queue h2', { hasText: /等待人工（[1-9]/ }).waitFor();
	await page.keyboard.press('Alt+j');
	await page.locator('.transcript').waitFor();
}

async function restart(server, signal) {
	server.signal(signal);
	await server.ended;
	server.result = undefined;
	server.log = '';
	await server.start();
}

/* What each side reads of the other, in order. */
const heard = (page) => page.locator('.staff .words').allInnerTexts();
const typed = (page) => page.locator('.transcript .asked .words').allInnerTexts();
const answered = (page) => page.locator('.transcript .answered:not(.unsent) .words').allInnerTexts();

async function violations(page) {
	await page.evaluate(AXE);
	return page.evaluate(async () => {
		const { violations } = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
		return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`);
	});
}

async function check(page, name) {
	await takePicture(page, path.join(PICTURES, `${name}.png`));
	assert.deepStrictEqual(await violations(page), [], name);
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${name}: no sideways scrolling`);
}

test('a whole hand-over, by keyboard', async (t) => {
	const desk = await withDesk(t, {}, OFFICE);
	const operator = await operatorOf(t, desk);
	await check(operator, 'console-empty');
	const applicant = await applicantOf(t, desk);
	await say(applicant, '证书过期还可以延续吗');
	await applicant.locator('#log .card').first().waitFor();
	await askForPerson(applicant);
	await applicant.locator('#log .card', { hasText: '已为您转人工' }).waitFor();
	await check(applicant, 'chat-waiting');
	await say(applicant, '等的时候再问一句');
	await applicant.locator('#log .card').nth(2).waitFor();
	await operator.locator('.chats .queue h2', { hasText: '等待人工（1）' }).waitFor();
	await check(operator, 'console-waiting');

	await take(operator);
	await applicant.locator('#desk', { hasText: '工作人员王晓正在为您服务' }).waitFor();
	await eventually(() => typed(operator), ['证书过期还可以延续吗', '转人工', '等的时候再问一句'], 'what was typed before');
	await focusOn(operator, '#draft');
	await operator.keyboard.type('您好，请问有什么可以帮您？');
	await operator.keyboard.press('Enter');
	await eventually(() => heard(applicant), ['您好，请问有什么可以帮您？'], 'what the operator said');
	await say(applicant, '我的证书编号是豫建安B（2020）0000001');
	await applicant.locator('.passed-on').waitFor();
	await operator.locator('.transcript .asked', { hasText: '豫建安B（2020）0000001' }).waitFor();
	await check(applicant, 'chat-with');
	await check(operator, 'console-with');

	/* Two canned answers, one behind the other, and what was typed before them. */
	await operator.keyboard.type('请看：');
	await operator.keyboard.press('Alt+y');
	await operator.keyboard.type('7.2');
	await operator.keyboard.press('Enter');
	await operator.locator('#chats-said', { hasText: '第7条' }).waitFor();
	await operator.keyboard.type('照片上传');
	await operator.locator('#canned-results .result', { hasText: '照片' }).first().waitFor();
	await operator.locator('.canned .preview').waitFor();
	await check(operator, 'console-canned');
	await operator.keyboard.press('Escape');
	await eventually(() => operator.inputValue('#draft'), /^请看：\n./);
	await operator.keyboard.press('Enter');
	await eventually(async () => (await heard(applicant)).length, 2, 'the canned answer');

	await operator.keyboard.press('Alt+w');
	await operator.locator('dialog').waitFor();
	await check(operator, 'console-end');
	await operator.keyboard.press('1');
	await applicant.locator('.happened', { hasText: '这次人工服务已结束' }).waitFor();
	await operator.locator('.talk .nothing').waitFor();
	await eventually(() => applicant.locator('#desk').innerText(), '');
	await check(applicant, 'chat-ended');
	await say(applicant, '照片上传不了');
	await applicant.locator('#log .card.answer').last().waitFor();
});

test('reconnects', async (t) => {
	const desk = await withDesk(t);
	const operator = await operatorOf(t, desk);
	const first = await applicantOf(t, desk);
	const second = await applicantOf(t, desk);
	const said = [[], []];
	const asked = [['转人工'], ['转人工']];
	let at = 0; // of the two, the one that the operator has open

	async function show(index) {
		at = index;
		await operator.keyboard.press(`Alt+${index + 1}`);
		await operator.locator(`.chat-button[aria-current]:has(kbd:text-is("${index + 1}"))`).waitFor();
	}
	async function talk(index, text) {
		const applicant = [first, second][index];
		await say(applicant, `${text}，申请人${index}`);
		asked[index].push(`${text}，申请人${index}`);
		if (at !== index)
			await show(index);
		await reply(operator, `${text}，回复${index}`);
		said[index].push(`${text}，回复${index}`);
	}
	async function bothRead() {
		for (const index of [0, 1]) {
			await eventually(() => heard([first, second][index]), said[index], `what applicant ${index} reads`);
			await show(index);
			await eventually(() => typed(operator), asked[index], `what applicant ${index} typed`);
			await eventually(() => answered(operator), said[index], `what the operator said to applicant ${index}`);
		}
	}

	await askForPerson(first);
	await take(operator);
	await askForPerson(second);
	await take(operator);
	at = 1;
	await operator.locator('.chats .queue h2', { hasText: '我的会话（2）' }).waitFor();
	await talk(0, '一');
	await talk(1, '二');
	await bothRead();

	await t.test('the_server_ends_and_starts_again_and_all_goes_on', async () => {
		const restarted = restart(desk.server, 'SIGTERM');
		await talk(0, '重启时');
		await talk(1, '重启时');
		await restarted;
		await bothRead();
	});

	/* Started again at once: after 10 s nobody would hold the chats any more. */
	await t.test('the_server_is_killed_and_what_was_typed_meanwhile_arrives_once', async () => {
		desk.server.signal('SIGKILL');
		await desk.server.ended;
		desk.server.result = undefined;
		desk.server.log = '';
		const started = desk.server.start();
		await talk(0, '断线时');
		await talk(1, '断线时');
		await started;
		await bothRead();
	});

	await t.test('both_pages_are_loaded_anew_and_know_all_of_it', async () => {
		await operator.fill('#draft', '还没写完');
		for (const page of [operator, first, second])
			await page.reload();
		await operator.locator('#search').waitFor();
		await operator.keyboard.press('F9');
		await operator.locator('.chats .queue h2', { hasText: '我的会话（2）' }).waitFor();
		await show(at);
		await eventually(() => operator.inputValue('#draft'), '还没写完');
		await bothRead();
		await talk(0, '重新打开后');
		await talk(1, '重新打开后');
		await bothRead();
	});

	await t.test('a_server_that_is_away_is_told_and_what_is_typed_waits', async () => {
		desk.server.signal('SIGKILL');
		await desk.server.ended;
		await operator.locator('.chats .queue .notice', { hasText: '连不上服务器' }).waitFor();
		await reply(operator, '断线时');
		await operator.locator('.unsent').waitFor();
		await check(operator, 'console-broken');
	});
});

test('without WebSocket an operator is read all the same', async (t) => {
	const desk = await withDesk(t);
	const operator = await operatorOf(t, desk);
	const applicant = await applicantOf(t, desk, { ...PHONE, prepare: (page) => page.addInitScript(() => { window.WebSocket = undefined; }) });
	await askForPerson(applicant);
	await take(operator);
	await reply(operator, '您好');
	await eventually(() => heard(applicant), ['您好'], 'what the operator said');
	await say(applicant, '还在吗');
	await eventually(() => typed(operator), ['转人工', '还在吗'], 'what was typed');
	await restart(desk.server, 'SIGKILL');
	await reply(operator, '在的');
	await eventually(() => heard(applicant), ['您好', '在的'], 'what the operator said after the server was killed');
});

test('an operator who falls silent', async (t) => {
	const desk = await withDesk(t, {}, OFFICE);
	const operator = await operatorOf(t, desk);
	const applicant = await applicantOf(t, desk);
	await askForPerson(applicant);
	await take(operator);
	await operator.fill('#draft', '写了一半');
	await operator.context().setOffline(true);
	await applicant.locator('.happened', { hasText: '工作人员暂时断线' }).waitFor({ timeout: 25000 });
	await applicant.locator('#desk', { hasText: '等' }).waitFor();
	await check(applicant, 'chat-dropped');

	const other = await operatorOf(t, desk, '李雷');
	await take(other);
	await operator.context().setOffline(false);
	await operator.locator('.notice[role=alert]', { hasText: '这个会话已不在您手里' }).waitFor();
	await eventually(() => operator.inputValue('#draft'), '写了一半', 'what was not sent is kept');
	await check(operator, 'console-lost');
	await operator.getByRole('button', { name: '收起' }).click();
	await applicant.locator('#desk', { hasText: '李雷' }).waitFor();

	await t.test('a_chat_is_handed_to_a_colleague_the_queue_and_the_robot', async () => {
		await other.keyboard.press('Alt+t');
		await other.locator('dialog', { hasText: '王晓' }).waitFor();
		await check(other, 'console-colleague');
		await other.keyboard.press('1');
		await applicant.locator('.happened', { hasText: '转给另一位工作人员' }).waitFor();
		await take(operator);
		await applicant.locator('#desk', { hasText: '王晓' }).waitFor();
		await operator.keyboard.press('Alt+p');
		await applicant.locator('.happened', { hasText: '换一位工作人员' }).waitFor();
		await take(other);
		await other.keyboard.press('Alt+r');
		await applicant.locator('.happened', { hasText: '接下来由自动答疑回复您' }).waitFor();
		await say(applicant, '照片上传不了');
		await applicant.locator('#log .card.answer').waitFor();
	});
});

test('strings that would run do so on neither side', async (t) => {
	const desk = await withDesk(t);
	const operator = await operatorOf(t, desk);
	const applicant = await applicantOf(t, desk);
	const mark = () => { window.xss = () => { window.ran = true; }; };
	await applicant.evaluate(mark);
	await operator.evaluate(mark);
	await askForPerson(applicant);
	await take(operator);
	/* Five to a message. */
	const all = STRINGS.map((text) => text.replace(/[\r\n\u2028\u2029]/g, ' ').trim());
	const strings = Array.from({ length: Math.ceil(all.length / 5) }, (_, index) => all.slice(5 * index, 5 * index + 5).join(' '));
	for (const text of strings)
		await say(applicant, text);
	await eventually(() => operator.locator('.transcript .asked .words').allTextContents(), ['转人工', ...strings], 'what was typed');
	for (const text of strings)
		await reply(operator, text);
	await eventually(() => applicant.locator('.staff .words').allTextContents(), strings, 'what was said');
	for (const page of [applicant, operator])
		assert.strictEqual(await page.evaluate(() => window.ran), undefined);
	for (const link of await applicant.locator('.staff a').evaluateAll((all) => all.map(({ href }) => href)))
		assert.match(link, /^(https?|tel|mailto):/);
});

test('zoomed to 200 percent everything can be read', async (t) => {
	const desk = await withDesk(t);
	const operator = await operatorOf(t, desk, '王晓', ZOOMED);
	const applicant = await applicantOf(t, desk, { viewport: { width: 320, height: 568 } });
	await askForPerson(applicant);
	await check(operator, 'console-200-waiting');
	await take(operator);
	await say(applicant, '您好'.repeat(60));
	await reply(operator, '请稍等'.repeat(60));
	await applicant.locator('.staff').waitFor();
	await check(operator, 'console-200');
	await check(applicant, 'chat-320');
});

test('who looks elsewhere is called', async (t) => {
	const desk = await withDesk(t);
	const operator = await operatorOf(t, desk);
	await operator.evaluate(() => {
		window.tones = 0;
		const start = OscillatorNode.prototype.start;
		OscillatorNode.prototype.start = function (...args) { window.tones++; return start.apply(this, args); };
	});
	await operator.keyboard.press('F2');
	const applicant = await applicantOf(t, desk);
	await askForPerson(applicant);
	await operator.waitForFunction(() => window.tones >= 2);
	await operator.waitForFunction(() => /^（1）|^【有人等待】/.test(document.title));
	await eventually(() => operator.locator('.views .badge').innerText(), '1');
	await operator.keyboard.press('F9');
	await operator.getByRole('button', { name: '提示音：开' }).click();
	await operator.getByRole('button', { name: '提示音：关' }).waitFor();
	const before = await operator.evaluate(() => window.tones);
	const another = await applicantOf(t, desk);
	await askForPerson(another);
	await operator.locator('.chats .queue h2', { hasText: '等待人工（2）' }).waitFor();
	assert.strictEqual(await operator.evaluate(() => window.tones), before);
	await operator.locator('#draft, .talk .nothing').first().waitFor();
	await operator.keyboard.press('?');
	await operator.locator('dialog', { hasText: '接下一个' }).waitFor();
	await check(operator, 'console-keys');
});

/* A day of the week that is not today, nor tomorrow, in China: 1 is Monday. */
const anotherDay = () => (new Date(Date.now() + 8 * 3600000).getUTCDay() + 2) % 7 + 1;

test('outside working hours a number is left, called and deleted', async (t) => {
	const desk = await withDesk(t, { console: { hours: `${anotherDay()} 9:00-17:00` } });
	const applicant = await applicantOf(t, desk);
	await applicant.click('#handoff');
	await applicant.locator('#log .card', { hasText: '不是人工服务时间' }).waitFor();
	await applicant.locator('#call-back-number').waitFor();
	await check(applicant, 'chat-closed-hours');
	await applicant.fill('#call-back-number', '123');
	await applicant.fill('#call-back-text', '证书延续被退回了');
	await applicant.keyboard.press('Tab');
	await applicant.keyboard.press('Enter');
	await applicant.locator('#call-back-said', { hasText: '电话号码不对' }).waitFor();
	await check(applicant, 'chat-bad-number');
	await applicant.fill('#call-back-number', '0371-5555 0000');
	await applicant.keyboard.press('Enter');
	await applicant.locator('#call-back', { hasText: '电话已留下' }).waitFor();
	await check(applicant, 'chat-call-back');
	assert.ok(!await applicant.evaluate(() => JSON.stringify(sessionStorage).includes('5555')), 'the browser does not keep it');
	await applicant.reload();
	await applicant.locator('#call-back', { hasText: '电话已留下' }).waitFor();

	const operator = await operatorOf(t, desk);
	await operator.getByRole('button', { name: '等回电（1）' }).click();
	await operator.locator('.call', { hasText: '证书延续被退回了' }).waitFor();
	assert.strictEqual(await operator.locator('.number').count(), 0);
	await operator.getByRole('button', { name: '看号码' }).click();
	await operator.locator('.number', { hasText: '0371-5555 0000' }).waitFor();
	await operator.getByRole('button', { name: '看对话' }).click();
	await operator.locator('.before', { hasText: '转人工' }).waitFor();
	await check(operator, 'console-call-backs');
	await operator.getByRole('button', { name: '已打通' }).click();
	await operator.locator('.call-backs', { hasText: '没有等回电的' }).waitFor();
	await operator.getByRole('button', { name: '等回电（0）' }).waitFor();
	await applicant.locator('#call-back').waitFor({ state: 'detached' });
});

test('who waits may leave a number instead', async (t) => {
	const desk = await withDesk(t);
	const applicant = await applicantOf(t, desk);
	await askForPerson(applicant);
	await applicant.locator('#desk', { hasText: '现在没有工作人员在线' }).waitFor();
	await applicant.getByRole('button', { name: '不想等？' }).click();
	await applicant.fill('#call-back-number', '13800000000');
	await check(applicant, 'chat-waiting-number');
	await applicant.keyboard.press('Enter');
	await applicant.locator('#call-back', { hasText: '电话已留下' }).waitFor();
});
