/* Saved web pages: what stands above the text, and which line is the title. */
'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');
const { imported } = require('./imported');

const ICE = [['冰场几点开？', '九点。'], ['冰鞋能租吗？', '能，每双二十元。\n到东门柜台。'], ['几岁可以上冰？', '四岁。']];
const paragraphs = (text) => text.split('\n').map((line) => `<p>${line}</p>`).join('\n');
const items = ICE.map(([q, a], i) => paragraphs(`${i + 1}、${q}\n${a}`)).join('\n');
const page = (title, body) => `<html><head><title>${title}</title></head>\n<body>\n${body}\n</body></html>`;
const link = (name) => `<a href="/${name}.asp">${name}</a>`;
const NAMES = ['首页', '场馆介绍', '新闻', '联系我们'];

const MENUS = {
	blanks: `<div>${NAMES.map(link).join('　')}</div>`,
	bars: `<table width="900"><tr><td>${NAMES.map(link).join(' | ')}</td></tr></table>`,
	'a list': `<ul>${NAMES.map((name) => `<li>${link(name)}</li>`).join('\n')}</ul>`,
	boxes: `<p>${NAMES.map((name) => `[${link(name)}]`).join(' ')}</p>`,
};

test('lines of links above the text are menus, and told; the title is another line', (t) => {
	for (const [name, menu] of Object.entries(MENUS)) {
		const titles = {
			'a line that <title> names': page('冰场问答 - 北岭体育中心', `${menu}\n<div>今日开放</div>\n<p align="center">冰场问答</p>\n${items}`),
			'<title> alone': page('冰场问答_北岭体育中心', `${menu}\n${items}`),
			'a heading': page('北岭体育中心', `${menu}\n<h2>冰场问答</h2>\n${items}`),
			'a heading of the first level': page('北岭', `${menu}\n<div>今日开放</div>\n<h1>冰场问答</h1>\n<h2>上冰</h2>\n${items}`),
		};
		for (const [how, text] of Object.entries(titles)) {
			const { entries, title, err } = imported(t, 'a.htm', text);
			assert.deepEqual(entries, ICE, `${name}, ${how}`);
			assert.equal(title, '冰场问答', `${name}, ${how}`);
			assert.match(err, /menus and controls of the page, left out: “.*首页/, `${name}, ${how}`);
		}
	}
});

test('a title that says nothing of the page gives way to its first line', (t) => {
	for (const nothing of ['无标题文档', 'Untitled Document', '首页 - 北岭体育中心'])
		assert.equal(imported(t, 'a.htm', page(nothing, `<p align="center">冰场问答</p>\n${items}`)).title, '冰场问答', nothing);
	assert.equal(imported(t, 'a.htm', page('2025-2026冰季问答', `${MENUS.bars}\n${items}`)).title, '2025-2026冰季问答');
});

test('links of answers, and questions that are links, are no menus', (t) => {
	const linked = ICE.map(([q, a], i) => `<p>${i + 1}、<a href="#${i}">${q}</a></p>\n${paragraphs(a)}`).join('\n');
	assert.deepEqual(imported(t, 'a.htm', page('冰场问答', linked)).entries, ICE);
	const answer = `<p><a href="b.doc">上冰须知</a>　<a href="c.doc">安全须知</a></p>\n<ul><li><a href="d.doc">报名表</a></li></ul>`;
	const entries = [...ICE, ['须知在哪里下载？', '上冰须知 安全须知\n• 报名表']];
	assert.deepEqual(imported(t, 'a.htm', page('冰场问答', `<h1>冰场问答</h1>${items}<p>4、须知在哪里下载？</p>${answer}`)).entries
		.map(([q, a]) => [q, a.replace('　', ' ')]), entries);
	const listed = `<ul>${ICE.map(([q, a]) => `<li><a href="#q">${q}</a></li></ul>${paragraphs(a)}<ul>`).join('')}</ul>`;
	assert.deepEqual(imported(t, 'a.htm', page('冰场问答', `${MENUS.blanks}${listed}`)).entries, ICE);
});
