/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef REPORT_STYLE_H
#define REPORT_STYLE_H

/*
 * The page's style: one column of cards, light and dark as the reader's
 * system is, tables that become lists on a narrow screen, and paper.  No
 * fonts, images or scripts; nothing is fetched from anywhere.
 */
#define REPORT_STYLE \
":root{color-scheme:light dark;--bg:#f4f5f7;--card:#fff;--ink:#1c2430;" \
"--dim:#5d6776;--line:#e0e4ea;--soft:#edf0f4;--tint:#2e5bd0;--good:#157347;" \
"--warn:#9a5b00;--bad:#b92d26}\n" \
"@media(prefers-color-scheme:dark){:root{--bg:#111418;--card:#191e25;" \
"--ink:#e3e8ef;--dim:#98a3b2;--line:#2a313b;--soft:#222932;--tint:#86a8ff;" \
"--good:#56c596;--warn:#e0a445;--bad:#f47c75}}\n" \
"*{box-sizing:border-box}\n" \
"body{margin:0;background:var(--bg);color:var(--ink);" \
"font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}\n" \
"main{max-width:70rem;margin:auto;padding:2.2rem 1.2rem 3rem}\n" \
"h1{font-size:2rem;line-height:1.15;margin:.1rem 0 .7rem;" \
"letter-spacing:-.02em;overflow-wrap:anywhere}\n" \
"h2{font-size:1.05rem;margin:2.2rem 0 .7rem}\n" \
"h3{font-size:1.05rem;margin:0 0 .2rem;overflow-wrap:anywhere}\n" \
"p{margin:.3rem 0}\n" \
".d,dt,th,small{color:var(--dim)}\n" \
"code{font:.86em/1.45 ui-monospace,Menlo,Consolas,monospace;" \
"overflow-wrap:anywhere}\n" \
".good{--c:var(--good)}.warn{--c:var(--warn)}.bad{--c:var(--bad)}\n" \
".say{border-left:4px solid var(--c);padding:.1rem 0 .1rem .8rem;" \
"font-size:1.1rem}\n" \
".pill{display:inline-block;color:var(--c);border:1px solid;" \
"border-radius:1rem;padding:0 .55rem;font-size:.82rem;margin:.1rem 0}\n" \
".card,.tile,.t{background:var(--card);border:1px solid var(--line);" \
"border-radius:10px}\n" \
".card{padding:1rem 1.2rem}.cards{display:grid;gap:.8rem;" \
"grid-template-columns:repeat(auto-fit,minmax(min(25rem,100%),1fr))}\n" \
".tiles{display:grid;gap:.7rem;margin:1.3rem 0 0;" \
"grid-template-columns:repeat(auto-fit,minmax(8.6rem,1fr))}\n" \
".tile{padding:.7rem .9rem}.tile b{display:block;font-size:1.4rem;" \
"line-height:1.25;font-weight:600;color:var(--c,inherit)}\n" \
".n,.tile b,td.r{font-variant-numeric:tabular-nums}\n" \
".steps{display:inline-flex;gap:4px;vertical-align:middle;" \
"margin-right:.5rem}.steps i{width:26px;height:8px;border-radius:4px;" \
"background:var(--line)}.steps .on{background:var(--tint)}\n" \
".bar{display:flex;height:10px;border-radius:5px;overflow:hidden;" \
"background:var(--line);margin:.7rem 0 .3rem}.bar i{background:var(--c)}\n" \
"dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.1rem;" \
"margin:.7rem 0 0}dd{margin:0;overflow-wrap:anywhere}\n" \
".t{overflow-x:auto}table{border-collapse:collapse;width:100%}\n" \
"th,td{text-align:left;padding:.45rem .7rem;vertical-align:top;" \
"border-top:1px solid var(--line)}th{border:0;font-weight:500;" \
"font-size:.82rem;white-space:nowrap}td{overflow-wrap:anywhere}\n" \
".r{text-align:right}.r,.c,td .pill{white-space:nowrap}\n" \
"bdi{unicode-bidi:isolate}footer{margin-top:2.2rem}\n" \
"@media(max-width:40rem){main{padding:1.2rem .8rem}thead{display:none}" \
"tr{display:block;padding:.5rem .8rem;border-top:1px solid var(--line)}" \
"tr:first-child{border:0}td{display:flex;border:0;padding:.12rem 0;" \
"gap:.8rem;text-align:left!important}td::before{content:attr(data-l);" \
"color:var(--dim);flex:0 0 5.4rem;font-size:.82rem}td.o{display:block}" \
"td.o::before{content:none}}\n" \
"@media print{:root{--bg:#fff;--card:#fff;--ink:#000;--dim:#444;" \
"--line:#bbb;--tint:#444}body{font-size:10pt}main{max-width:none;" \
"padding:0}.card,.tile,tr{break-inside:avoid}thead{display:" \
"table-header-group}.bar,.steps{print-color-adjust:exact}}\n"

#endif
