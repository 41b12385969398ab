/* What Word keeps beside the text of its paragraphs: where links lead, and how numbers are printed. */
'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');
const { imported, zip } = require('./imported');

const run = (text) => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
const paragraph = (inside, list, level = 0) => `<w:p>${list ? `<w:pPr><w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${list}"/></w:numPr></w:pPr>` : ''}${inside}</w:p>`;
const document = (body, parts = {}) => zip({
	'[Content_Types].xml': '<Types/>',
	'word/document.xml': `<w:document xmlns:w="http://w" xmlns:r="http://r"><w:body>${body}</w:body></w:document>`,
	...parts,
});

/* Links as Word writes them, each with the text and the address. */
const relations = [];
const LINKS = {
	element: (text, address) => `<w:hyperlink r:id="rId${relations.push(address)}">${run(text.slice(0, 1))}${run(text.slice(1))}</w:hyperlink>`,
	field: (text, address) => `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> HYPER</w:instrText></w:r><w:r><w:instrText>LINK "${address}" \\o "提示" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>${run(text)}<w:r><w:fldChar w:fldCharType="end"/></w:r>`,
	simple: (text, address) => `<w:fldSimple w:instr=" HYPERLINK &quot;${address}&quot; ">${run(text)}</w:fldSimple>`,
};
const linked = (body) => document(body, {
	'word/_rels/document.xml.rels': `<Relationships>${relations.map((address, i) => `<Relationship Id="rId${i + 1}" Type="http://x/relationships/hyperlink" Target="${address}" TargetMode="External"/>`).join('')}</Relationships>`,
});

for (const [name, link] of Object.entries(LINKS))
	test(`the address of a link of Word stands behind its text: ${name}`, (t) => {
		const map = () => `${run('见')}${link('分布图', 'https://lib.example.cn/map?a=1')}${run('。')}`;
		const mail = () => `${run('请写信给')}${link('馆长', 'mailto:head@lib.example.cn?subject=hi')}${run('。')}`;
		const typed = () => `${run('请看')}${link('www.example.cn', 'http://www.example.cn/')}${run('。')}`;
		const wanted = [['分馆在哪？', '见分布图（https://lib.example.cn/map?a=1）。'], ['向谁投诉？', '请写信给馆长（head@lib.example.cn）。'], ['网址是什么？', '请看www.example.cn。']];
		const answers = () => [map(), mail(), typed()];
		const body = answers().map((answer, i) => paragraph(run(`${i + 1}、${wanted[i][0]}`)) + paragraph(answer)).join('');
		assert.deepEqual(imported(t, 'a.docx', linked(body)).entries, wanted);
		const row = (cells) => `<w:tr>${cells.map((cell) => `<w:tc>${paragraph(cell)}</w:tc>`).join('')}</w:tr>`;
		const table = `<w:tbl>${row([run('问题'), run('答案')])}${answers().map((answer, i) => row([run(wanted[i][0]), answer])).join('')}</w:tbl>`;
		assert.deepEqual(imported(t, 'b.docx', linked(table)).entries, wanted);
	});

test('a link of Word to a place of the document is its text, and one to a file is told', (t) => {
	const inner = `<w:hyperlink w:anchor="_Toc1">${run('第二条')}</w:hyperlink>`;
	const wanted = [['怎么报名？', '见第二条。'], ['表格在哪？', '见附件。'], ['几点关门？', '六点。']];
	const answers = [`${run('见')}${inner}${run('。')}`, `${run('见')}${LINKS.element('附件', 'file:///C:\\a\\b.docx')}${run('。')}`, run('六点。')];
	const { entries, err } = imported(t, 'a.docx', linked(answers.map((answer, i) => paragraph(run(`${i + 1}、${wanted[i][0]}`)) + paragraph(answer)).join('')));
	assert.deepEqual(entries, wanted);
	assert.match(err, /warning: the address of 1 link is left out: “file:\/\/\/C:\\a\\b\.docx”/);
});

const level = (at, format, text, more = '') => `<w:lvl w:ilvl="${at}"><w:start w:val="1"/><w:numFmt w:val="${format}"/>${more}<w:lvlText w:val="${text}"/></w:lvl>`;
const lists = (levels) => ({ 'word/numbering.xml': `<w:numbering xmlns:w="http://w"><w:abstractNum w:abstractNumId="0">${levels}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>` });
const CHAPTERS = [['开户与过户', [['怎样开户？', '带身份证。'], ['怎样过户？', '双方到场。'], ['租户能过户吗？', '不能。']]],
	['水费', [['水价多少？', '每吨三元。'], ['多久抄表？', '两个月。'], ['24小时能缴费吗？', '能。']]]];
const chaptered = () => CHAPTERS.map(([title, items]) => paragraph(run(title), 1, 0) + items.map(([q, a]) => paragraph(run(q), 1, 1) + paragraph(run(a))).join('')).join('');
const ALL = CHAPTERS.flatMap(([, items]) => items);

// isLgl: Word prints 第一章, and below it 1.1.
test('numbers of two levels of which the upper one is Chinese are printed as Word does, and no id stands twice', (t) => {
	const printed = (format, more) => imported(t, 'a.docx', document(chaptered(), lists(level(0, format, '第%1章') + level(1, 'decimal', '%1.%2', more)))).entries;
	for (const format of ['chineseCounting', 'chineseCountingThousand', 'decimal'])
		assert.deepEqual(printed(format, '<w:isLgl/>'), ALL, format);
	assert.deepEqual(printed('decimal', ''), ALL);
	printed('chineseCounting', '<w:isLgl w:val="0"/>'); // 一.1
	// The chapter's number alone: each item of a chapter has the same one.
	imported(t, 'b.docx', document(chaptered(), lists(level(0, 'decimal', '第%1章') + level(1, 'decimal', '%1.'))));
});

test('the number of a list stays apart from a question that begins with a digit', (t) => {
	const wanted = Array.from({ length: 13 }, (_, i) => [i === 11 ? '24小时自助图书馆在哪？' : i === 5 ? '3楼怎么走？' : `第${'甲乙丙丁戊己庚辛壬癸子丑寅'[i]}馆几点开？`, '见公告。']);
	for (const [format, text] of [['decimal', '%1.'], ['decimalFullWidth', '%1.'], ['decimal', '%1、']]) {
		const body = wanted.map(([q, a]) => paragraph(run(q), 1) + paragraph(run(a))).join('');
		assert.deepEqual(imported(t, 'a.docx', document(body, lists(level(0, format, text)))).entries, wanted, text);
	}
});
