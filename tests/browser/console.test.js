/*
 * The operators' console in a real browser, against a real server: signing in, the ten tasks of
 * docs/console-tasks.md with their keys counted, every state looked at by axe-core, strings that
 * would run. Pictures are left in build/screenshots/console.
 */
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { Operator, PASSWORD, addUser, codeOf, makeLink, startConsole } = require('../integration/operator.js');
const { STRINGS } = require('../integration/xss.js');
const { eventually, focusOn } = require('./eventually.js');
const { ROOT, launch, openPage, takePicture } = require('./harness.js');

const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const PICTURES = path.join(ROOT, 'build/screenshots/console');
const DIST = { web: { folder: path.join(ROOT, 'web/dist') } };
const KNOWLEDGE = path.join(ROOT, 'knowledge');
const INTERNAL = path.join(ROOT, 'tests/fixtures/knowledge-internal');
const WAIT_MOST_MS = 60000;
const DESK = { viewport: { width: 1366, height: 768 } };
/* Chromium tells of every answer that is no success, such as of one who is not signed in yet, or of a server that ends before its page. */
const SIGNED_OUT = /status of (40[13]|503)/;

async function withConsole(t, knowledge = KNOWLEDGE) {
	const server = await startConsole(DIST, { knowledge });
	t.after(() => server.stop());
	addUser(server, 'zhang', 'operator');
	const browser = await launch('chromium');
	t.after(() => browser.close());
	return { server, browser, url: `${server.url}/console/` };
}

async function openConsole(t, { browser, url }, settings = {}) {
	const page = await openPage(t, browser, url, { ...DESK, reducedMotion: 'reduce', expected: SIGNED_OUT, ...settings });
	page.setDefaultTimeout(WAIT_MOST_MS);
	return page;
}

async function signIn(page, name = 'zhang') {
	await page.fill('#name', name);
	await page.fill('#password', PASSWORD);
	await page.keyboard.press('Enter');
}

async function signedIn(t, console, settings) {
	const page = await openConsole(t, console, settings);
	await signIn(page);
	await focusOn(page, '#search');
	return page;
}

const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());
const said = (page, words) => page.locator('#said', { hasText: words }).waitFor();

async function look(page, text) {
	await page.fill('#search', text);
	await page.locator('#results .result').first().waitFor();
}

async function violations(page) {
	await page.evaluate(AXE);
	return page.evaluate(async () => {
		const { violations } = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
		return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`);
	});
}

const widerThanTheWindow = (page) => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

test('signing in', async (t) => {
	const console = await withConsole(t);

	await t.test('a_wrong_password_is_told_and_the_right_one_opens_the_desk', async (t) => {
		const page = await openConsole(t, console);
		await page.fill('#name', 'zhang');
		await page.fill('#password', 'not the password');
		await page.keyboard.press('Enter');
		await page.locator('[role=alert]', { hasText: '不对' }).waitFor();
		await focusOn(page, '#password');
		await page.keyboard.type(PASSWORD);
		await page.keyboard.press('Enter');
		await page.locator('#search').waitFor();
		await focusOn(page, '#search');
	});

	await t.test('who_is_locked_out_is_told_for_how_long', async (t) => {
		const page = await openConsole(t, await withConsole(t), { expected: /status of (401|403|429|503)/ });
		for (let i = 0; i < 6; i++) {
			const answered = page.waitForResponse((response) => response.url().endsWith('/sign-in'));
			await page.fill('#name', 'zhang');
			await page.fill('#password', 'not the password');
			await page.keyboard.press('Enter');
			await answered;
			await page.locator('[role=alert]', { hasText: /./ }).waitFor();
		}
		await page.locator('[role=alert]', { hasText: '请15分钟后再试' }).waitFor();
		await eventually(() => page.inputValue('#password'), '');
	});

	await t.test('a_second_step_is_asked_for_where_the_account_has_one', async (t) => {
		addUser(console.server, 'wang', 'operator');
		const operator = await Operator.signedIn(console.server, 'wang');
		const { secret } = await (await operator.post('totp', { step: 'begin' })).json();
		const now = Math.floor(Date.now() / 30000);
		const response = await operator.post('totp', { step: 'confirm', code: codeOf(secret, now) });
		assert.strictEqual(response.status, 204);
		const page = await openConsole(t, console);
		await signIn(page, 'wang');
		await page.locator('#code').waitFor();
		await focusOn(page, '#code');
		/* Of a clock that is ahead: the present one is used up, and is good whenever the next half minute begins. */
		await page.keyboard.type(codeOf(secret, now + 1));
		await page.keyboard.press('Enter');
		await page.locator('#search').waitFor();
	});

	await t.test('a_link_signs_in_once_and_leaves_the_address', async (t) => {
		const link = `${console.url}#link=${makeLink(console.server, 'zhang')}`;
		const first = await openPage(t, console.browser, link, { ...DESK, expected: SIGNED_OUT });
		await first.locator('#search').waitFor();
		await first.waitForURL((url) => url.hash === '');
		const second = await openPage(t, console.browser, link, { ...DESK, expected: SIGNED_OUT });
		await second.locator('[role=alert]', { hasText: '链接已失效' }).waitFor();
	});

	await t.test('who_signs_out_is_out', async (t) => {
		const page = await signedIn(t, console);
		await page.getByRole('button', { name: '退出登录' }).click();
		await page.locator('#password').waitFor();
		await page.reload();
		await page.locator('#password').waitFor();
	});

	await t.test('a_session_that_ended_leads_back_to_the_sign_in', async (t) => {
		const page = await signedIn(t, console);
		await page.context().clearCookies();
		/* The look-up hears of it, or the view of the chats has before. */
		await page.fill('#search', '照片', { timeout: 1000 }).catch(() => {});
		await page.locator('[role=alert]', { hasText: '重新登录' }).waitFor();
	});
});

/* Of docs/console-tasks.md. `keys` as Playwright presses them; a chord counts its keys. */
const TASKS = [
	{ keys: 'w b j Enter d', copied: /^提示“您尚有未办结的申请事项，请等待办结后再进行申报”？\n每一个身份证号对应一个申请事项，只有该事项办结后才能申请其它事项。$/ },
	{ keys: 'z p Enter d', copied: /^系统无法上传照片？\n下载安装使用IE11浏览器。$/ },
	{ keys: '7 Enter q', copied: /^获取不到成绩[^]*答：请排查以下情况：[^]*情形1：[^]*情形2：[^]*情形3：[^]*提请重新考核。$/ },
	{ keys: '7 Enter 2 d', copied: /^获取不到成绩.*\n与培训机构核实考试成绩.*超期成绩作废。$/ },
	{ keys: 'z s g q Enter d', copied: /^证书过期还可以延续吗？\n不可以，证书过期信息就不存在，无法进行延续。$/ },
	{ keys: 'j q y Enter x', copied: /^1\/\d 获取的企业信息是旧企业信息？\n请先通过建筑市场监管公共服务平台/ },
	{ keys: 'c j Enter k', script: /电话口径：第7条[^]*依次问对方[^]*照读：/ },
	{ paste: '安管人员聘用企业与申报企业不一致', keys: 'Control+v Enter q', copied: /^提示“安管人员聘用企业与申报企业不一致”？\n[^]*（1）[^]*（2）/ },
	{ keys: 'q z z x Enter d', copied: /^企业或个人一方不配合，可以申请强制注销吗？\n安管人员考核业务是法人事项/ },
	{ keys: 'j z s Enter 3 d', copied: /^获取不了建造师信息.*\n临时建造师已取消失效，不能再申请相关事项。$/ },
];

test('the ten tasks', async (t) => {
	const console = await withConsole(t);
	for (const [index, { keys, copied, script, paste }] of TASKS.entries())
		await t.test(`task_${index + 1}_is_done_in_six_keys: ${keys}`, async (t) => {
			const page = await signedIn(t, console);
			await page.evaluate((text) => navigator.clipboard.writeText(text), paste ?? '');
			const pressed = keys.split(' ');
			for (const key of pressed)
				await page.keyboard.press(key); // without waiting: as fast as keys can be pressed
			if (script) {
				await page.locator('.script .lines').waitFor();
				await eventually(() => page.locator('.script .lines').innerText(), script);
			} else {
				await said(page, '已复制');
				await eventually(() => clipboard(page), copied);
			}
			assert.ok(pressed.join('+').split('+').length <= 6);
		});
});

test('the desk', async (t) => {
	const console = await withConsole(t);

	await t.test('results_follow_the_typing_and_what_matched_is_marked', async (t) => {
		const page = await signedIn(t, console);
		await page.keyboard.type('未办结');
		await page.locator('.result mark', { hasText: '未办结' }).first().waitFor();
		await eventually(() => page.locator('.result').first().innerText(), /第2条/);
		await page.fill('#search', '');
		await page.locator('.hints').waitFor();
	});

	await t.test('arrows_choose_enter_opens_and_escape_leads_back', async (t) => {
		const page = await signedIn(t, console);
		await look(page, '证书');
		await page.keyboard.press('ArrowDown');
		await page.locator('#search[aria-activedescendant=result-1]').waitFor();
		const head = await page.locator('#result-1 b').innerText();
		await page.keyboard.press('Enter');
		await focusOn(page, '.entry');
		await page.locator('.entry h2', { hasText: head }).waitFor();
		await page.keyboard.press('Escape');
		await focusOn(page, '#search');
		/* From the second to the first, and around to the last. */
		await page.locator('#search[aria-activedescendant=result-1]').waitFor();
		await page.keyboard.press('ArrowUp');
		await page.locator('#search[aria-activedescendant=result-0]').waitFor();
		await page.keyboard.press('ArrowUp');
		const last = await page.locator('#results .result').count() - 1;
		assert.ok(last > 1);
		await page.locator(`#search[aria-activedescendant=result-${last}]`).waitFor();
	});

	await t.test('a_popup_tells_what_the_robot_would_answer', async (t) => {
		const page = await signedIn(t, console);
		await look(page, '提示：成绩不存在或已过期，怎么办');
		await page.locator('.robot').waitFor();
		await eventually(() => page.locator('.robot').innerText(), /直接回答第7条，把握\d+%/);
		await eventually(() => page.locator('.result').first().innerText(), /弹窗原文相符/);
	});

	await t.test('a_number_with_a_case_has_it_chosen', async (t) => {
		const page = await signedIn(t, console);
		await look(page, '第7条情形2');
		await page.keyboard.press('Enter');
		await page.locator('.case.chosen', { hasText: '情形2' }).waitFor();
		await page.keyboard.press('2');
		await page.locator('.case.chosen').waitFor({ state: 'detached' });
	});

	await t.test('text_messages_are_copied_one_after_the_other', async (t) => {
		const page = await signedIn(t, console);
		await look(page, '7.2');
		await page.keyboard.press('Enter');
		await page.locator('.case.chosen').waitFor();
		for (const [part, begins] of [[1, '1/3 获取不到成绩'], [2, '2/3 与培训机构'], [3, '3/3 首次取证'], [1, '1/3 获取不到成绩']]) {
			await page.keyboard.press('x');
			await said(page, `第${part}条`);
			await eventually(() => clipboard(page), (text) => text.startsWith(begins) && text.length <= 70, begins);
		}
	});

	await t.test('a_receipt_shows_what_was_asked_and_shown_and_one_that_nobody_has_says_so', async (t) => {
		const response = await fetch(`${console.server.url}/api/v1/ask`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ text: '照片传不上去咋办' }) });
		const { receipt } = await response.json();
		const page = await signedIn(t, console, { expected: /status of (40[134]|503)/ });
		await page.fill('#search', 'a7kq 2m9x');
		await page.locator('.notice', { hasText: 'A7KQ-2M9X' }).waitFor();
		await page.keyboard.press('Enter');
		await said(page, '没有这个凭证号');
		await page.fill('#search', receipt.toLowerCase().replace('-', ' '));
		await page.locator('.notice', { hasText: receipt }).waitFor();
		await page.keyboard.press('Enter');
		await page.locator('.turn', { hasText: '照片传不上去咋办' }).waitFor();
		await eventually(() => page.locator('.entry').innerText(), /第9条 系统无法上传照片？/);
		await takePicture(page, path.join(PICTURES, 'desk-receipt-shown.png'));
		assert.deepStrictEqual(await violations(page), []);
		await page.keyboard.press('Escape');
		await focusOn(page, '#search');
	});

	await t.test('what_an_input_method_composes_is_searched_and_its_enter_opens_nothing', async (t) => {
		const page = await signedIn(t, console);
		const client = await page.context().newCDPSession(page);
		await client.send('Input.imeSetComposition', { text: 'wbj', selectionStart: 3, selectionEnd: 3 });
		await page.locator('.result', { hasText: '第2条' }).first().waitFor();
		await focusOn(page, '#search');
		await client.send('Input.insertText', { text: '未办结' });
		await eventually(() => page.inputValue('#search'), '未办结');
	});

	await t.test('keys_are_listed_changed_and_kept', async (t) => {
		const page = await signedIn(t, console);
		await page.keyboard.press('?');
		await page.locator('dialog[open]').waitFor();
		for (const words of ['简短答复', '短信', '全文', '电话口径', '回到搜索框', '快捷键一览', '选定情形', '在列表里上下选'])
			await eventually(() => page.locator('dialog').innerText(), new RegExp(words));
		await page.getByRole('button', { name: '修改“简短答复”的按键' }).click();
		await page.keyboard.press('x');
		await page.locator('dialog .said', { hasText: '已用于别的操作' }).waitFor();
		await page.keyboard.press('c');
		await page.locator('dialog .said', { hasText: '已改为 C' }).waitFor();
		await page.keyboard.press('Escape');
		await focusOn(page, '#search');
		await page.reload();
		await focusOn(page, '#search');
		await look(page, 'zp');
		await page.keyboard.press('Enter');
		await page.keyboard.press('d');
		await page.keyboard.press('c');
		await said(page, '已复制简短答复');
	});

	await t.test('a_busy_server_is_asked_again', async (t) => {
		const page = await signedIn(t, console, { expected: /status of (4|503)/ });
		let times = 0;
		await page.route('**/lookup?*', (route) => (times++ === 0 ? route.fulfill({ status: 429, json: { reason: 'rate' } }) : route.continue()));
		await look(page, '照片');
		assert.ok(times >= 2);
	});

	await t.test('an_answer_that_comes_late_takes_no_newer_ones_place', async (t) => {
		const page = await signedIn(t, console);
		let release;
		const held = new Promise((resolve) => { release = resolve; });
		await page.route('**/lookup?q=%E7%85%A7%E7%89%87', async (route) => { await held; await route.continue(); });
		await page.fill('#search', '照片');
		await page.fill('#search', '第7条');
		release();
		await page.locator('.result', { hasText: '编号相符' }).waitFor();
		await eventually(() => page.locator('.result').first().innerText(), /第7条/);
	});
});

/* In the page: from the key's event to the results of that text being in the document. */
async function measure(page, texts) {
	const times = [];
	for (const text of texts)
		times.push(await page.evaluate((typed) => new Promise((resolve) => {
			const box = document.getElementById('search');
			const list = document.getElementById('results');
			const begin = performance.now();
			const watch = new MutationObserver(() => {
				watch.disconnect();
				requestAnimationFrame(() => resolve(performance.now() - begin));
			});
			watch.observe(list, { childList: true, subtree: true, characterData: true, attributes: true });
			box.value = typed;
			box.dispatchEvent(new InputEvent('input', { bubbles: true }));
		}), text));
	return times;
}

/* DAYI_MEASURE names a folder of knowledge. No test of how fast a machine is: the figures are told. */
test('how long results take', { skip: !process.env.DAYI_MEASURE && 'DAYI_MEASURE names no folder' }, async (t) => {
	const console = await withConsole(t, process.env.DAYI_MEASURE);
	/* It ends in the middle of a look-up. */
	const page = await signedIn(t, console, { expected: /status of (40[13]|503)/ });
	await measure(page, ['的']);
	const times = await measure(page, ['照', '照片', 'wbj', '申请', '申请时', '证书 过期', '7', '获取不到成绩', '怎么办理', '的 需要']);
	t.diagnostic(`ms from key to results: ${times.map((ms) => ms.toFixed(1)).join(' ')}`);
});

const STATES = {
	empty: async () => {},
	list: (page) => look(page, '证书'),
	entry: async (page) => {
		await look(page, '第7条情形2');
		await page.keyboard.press('Enter');
		await page.locator('.case.chosen').waitFor();
		/* The state is what counts here; that one press is enough, the ten tasks tell. */
		for (let i = 0; i < 3 && !(await page.locator('#said', { hasText: '已复制' }).isVisible()); i++) {
			await page.keyboard.press('d');
			await page.locator('#said', { hasText: '已复制' }).waitFor({ timeout: 3000 }).catch(() => {});
		}
		await said(page, '已复制');
	},
	script: async (page) => {
		await page.keyboard.press('k');
		await page.locator('.script').waitFor();
	},
	help: async (page) => {
		await page.keyboard.press('?');
		await page.locator('dialog[open]').waitFor();
	},
	receipt: async (page) => {
		await page.keyboard.press('Escape');
		await page.keyboard.press('Escape');
		await page.fill('#search', 'A7KQ-2M9X');
		await page.locator('.notice').waitFor();
	},
	nothing: async (page) => {
		await page.fill('#search', '蘑菇炖鸡');
		await page.locator('.notice', { hasText: '没有查到' }).waitFor();
	},
};

const VIEWS = {
	desk: DESK,
	dark: { ...DESK, colorScheme: 'dark' },
	'zoom-200': { viewport: { width: 683, height: 384 } },
	narrow: { viewport: { width: 320, height: 640 } },
};

test('every state is accessible and fits', async (t) => {
	const console = await withConsole(t);
	fs.mkdirSync(PICTURES, { recursive: true });
	for (const [view, settings] of Object.entries(VIEWS))
		await t.test(`in_the_view_${view}`, async (t) => {
			const page = await openConsole(t, console, settings);
			await page.locator('#password').waitFor();
			const check = async (state) => {
				await takePicture(page, path.join(PICTURES, `${view}-${state}.png`));
				assert.deepStrictEqual(await violations(page), [], state);
				assert.strictEqual(await widerThanTheWindow(page), false, state);
			};
			await check('sign-in');
			await signIn(page);
			await page.locator('#search').waitFor();
			for (const [state, reach] of Object.entries(STATES)) {
				await reach(page);
				await check(state);
			}
		});

	await t.test('an_internal_note_is_seen_at_once', async (t) => {
		const office = await withConsole(t, INTERNAL);
		const page = await signedIn(t, office);
		await look(page, '椰子鸡');
		await eventually(() => page.locator('.result').first().innerText(), /内部说明/);
		await page.keyboard.press('Enter');
		await page.locator('.inside', { hasText: '内部说明（不对外）' }).waitFor();
		await takePicture(page, path.join(PICTURES, 'desk-internal.png'));
		assert.deepStrictEqual(await violations(page), []);
		await page.keyboard.press('q');
		await said(page, '已复制全文');
		await eventually(() => clipboard(page), /^[^椰]+$/);
	});
});

/* One entry a string; it stands in everything that an operator is shown. */
function writeHostile(folder) {
	fs.mkdirSync(path.join(folder, 'faq'), { recursive: true });
	for (const [index, string] of STRINGS.entries()) {
		const entry = { id: `x${index}`, number: index + 1, question: `问${index} ${string}`, prompts: [`窗${index} ${string}`],
			answer: `答 ${string}`, cases: [{ id: '1', label: '情形1', situation: `况 ${string}`, advice: `议 ${string}` }],
			note: `备注 ${string}`, internal: `内部 ${string}` };
		fs.writeFileSync(path.join(folder, `faq/${String(index).padStart(3, '0')}.json`), `${JSON.stringify(entry, null, 2)}\n`);
	}
}

test('strings that would run do not', async (t) => {
	const folder = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'dayi-hostile-'));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	writeHostile(folder);
	const console = await withConsole(t, folder);
	const page = await signedIn(t, console, {
		expected: /status of (40[13]|503)/, // it ends in the middle of a look-up
		prepare: (page) => page.addInitScript(() => {
			window.ran = [];
			window.xss = (which) => window.ran.push(which);
			document.addEventListener('securitypolicyviolation', (event) => window.ran.push(`policy: ${event.blockedURI}`));
		}),
	});
	const strangers = [];
	page.on('dialog', (dialog) => { strangers.push(dialog.message()); return dialog.dismiss(); });
	page.on('request', (request) => request.url().startsWith(console.server.url) || strangers.push(request.url()));
	for (const [index, string] of STRINGS.entries()) {
		await page.fill('#search', String(index + 1));
		await page.locator('.entry h2', { hasText: `问${index} ` }).waitFor();
		await eventually(() => page.locator('.entry').evaluate((node) => node.textContent),
			(text) => ['答', '况', '议', '备注', '内部'].every((begin) => text.includes(`${begin} ${string}`)), string);
	}
	for (const string of STRINGS)
		await page.fill('#search', string.slice(0, 250));
	assert.deepStrictEqual(await page.evaluate(() => window.ran), []);
	assert.deepStrictEqual(strangers, []);
	/* The console's own downloads are links. */
	assert.deepStrictEqual(await page.evaluate(() => [...new Set([...document.querySelectorAll('#app *')].filter((node) => !(node.href || '').startsWith(new URL('api/v1/', location.href).href)).map((node) => node.localName))]
		.filter((tag) => /^(script|img|svg|iframe|a|style|object|embed|link|video|audio|math|form)$/.test(tag))), []);
});
