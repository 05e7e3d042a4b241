// The desk's one style sheet, and that of WeChat's preview. Light and dark, print, narrow and wide;
// states by shape and word, never by colour alone.

export const DESK_CSS = `:root{--ink:#1a2430;--soft:#51606e;--line:#d3dbe3;--ground:#f3f6f9;
--paper:#fff;--main:#0b4f8a;--on:#fff;--good:#176b3a;--bad:#a3211c;--badground:#fdf0ef;
--goodground:#eef8f1}
@media (prefers-color-scheme:dark){:root{--ink:#e6ebf0;--soft:#a5b1bd;--line:#3a4653;
--ground:#12181f;--paper:#1b232c;--main:#7fb8ee;--on:#10161c;--good:#7fd6a0;--bad:#ff9d96;
--badground:#3a1f1e;--goodground:#1a3324}}
*{box-sizing:border-box}
body{margin:0;font:16px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;
color:var(--ink);background:var(--ground)}
.wrap,main{max-width:1180px;margin:0 auto;padding:0 16px}
main{padding-bottom:48px}
main:focus{outline:none}
body>header{background:var(--paper);border-bottom:1px solid var(--line)}
body>header .wrap{display:flex;flex-wrap:wrap;gap:4px 20px;align-items:center;padding-top:8px;
padding-bottom:8px}
.brand{font-weight:700}.brand small{display:block;font-weight:400;color:var(--soft);font-size:13px}
nav{display:flex;flex-wrap:wrap;gap:2px;flex:1}
nav a,.self>a{padding:7px 11px;border-radius:6px;color:inherit;text-decoration:none}
nav a:hover,.self>a:hover{background:var(--ground)}
[aria-current=page]{font-weight:700;box-shadow:inset 0 -3px var(--main)}
.self{display:flex;gap:6px;align-items:center;margin-left:auto}
a{color:var(--main)}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--paper);
padding:8px;z-index:9}
h1{font-size:25px;margin:22px 0 10px}h2{font-size:19px;margin:26px 0 8px}h3{font-size:16px;margin:0}
.live{font-size:13px;font-weight:400;color:var(--good);border:1px solid;border-radius:9px;
padding:1px 8px;vertical-align:middle}
.live::before{content:"● "}
.note{color:var(--soft);font-size:14px}.hidden{position:absolute;width:1px;height:1px;
overflow:hidden;clip-path:inset(50%)}
.calm{color:var(--good);font-size:17px}
.cards{display:grid;align-items:start;
grid-template-columns:repeat(auto-fill,minmax(min(100%,360px),1fr));gap:12px}
.card{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:12px 14px}
.card h2{margin-top:0}.card.bad{border-left:5px solid var(--bad)}
.card header{display:flex;flex-wrap:wrap;gap:2px 10px;align-items:baseline}
.card time{font-variant-numeric:tabular-nums;color:var(--soft);font-size:14px}
.card h3{flex:1 1 100%}
.lanes{list-style:none;margin:8px 0;padding:0;display:grid;
grid-template-columns:18px max-content 48px 1fr;gap:0 8px}
.lane{display:grid;grid-template-columns:subgrid;grid-column:1/-1;gap:2px 8px;align-items:center;
padding:2px 0}
.lanes.wide{grid-template-columns:32px max-content 48px 1fr}.lanes.wide .lane{
background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:8px 12px;
margin:6px 0}
.lane .note{grid-column:2/-1;white-space:pre-line;overflow-wrap:anywhere}
.lane.bad .mark,.lane.bad .state{color:var(--bad);font-weight:700}
.lane.step3 .mark{color:var(--good)}
.way{display:flex;gap:3px}.way i{flex:1;height:6px;border-radius:3px;background:var(--line)}
.way i.on{background:var(--good)}.lane.bad .way i.on{background:var(--bad)}
.tag{border:1px solid var(--line);border-radius:9px;padding:0 8px;font-size:13px}
.deeds{display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin:10px 0 2px}
button,.button{font:inherit;padding:7px 15px;border:1px solid var(--line);border-radius:7px;
background:var(--paper);color:var(--main);cursor:pointer;text-decoration:none;display:inline-block;
min-height:40px}
button:hover,.button:hover{border-color:var(--main)}
button.main,.button.main{background:var(--main);border-color:var(--main);color:var(--on)}
button.plain{border:0;background:none;color:inherit;padding:7px 11px}
.button.grave{color:var(--bad)}
:focus-visible{outline:3px solid #f0a500;outline-offset:1px}
.message{border:1px solid var(--line);border-left:5px solid var(--main);border-radius:8px;
padding:8px 14px;margin:14px 0;background:var(--paper)}
.message.good{border-left-color:var(--good);background:var(--goodground)}.message.bad{
border-left-color:var(--bad);background:var(--badground)}
.note-box{border:1px solid var(--line);border-left:5px solid var(--soft);border-radius:8px;
padding:4px 14px;margin:14px 0;background:var(--paper)}.note-box p,.note-box ul{margin:4px 0}
.message p{margin:2px 0}.message,.note-box{overflow-wrap:anywhere}.message ul{margin:4px 0}
.incidents{list-style:none;padding:0}.incidents li{background:var(--paper);
border:1px solid var(--line);border-left:5px solid var(--soft);border-radius:8px;padding:8px 14px;
margin:8px 0}.incidents li.missed{border-left-color:var(--bad);background:var(--badground)}
form.inline{display:inline}.narrow{max-width:460px}
.field{margin:10px 0}.field label,legend{display:block;font-weight:600;margin-bottom:3px}
input:not([type=checkbox]),textarea,select{font:inherit;width:100%;padding:8px 10px;
border:1px solid #7b8894;border-radius:7px;background:var(--paper);color:var(--ink)}
input[aria-invalid=true]{border:2px solid var(--bad);background:var(--badground)}
textarea{resize:vertical}textarea[name=text],pre,code,#f-body{
font-family:ui-monospace,Menlo,Consolas,"Noto Sans Mono CJK SC",monospace;font-size:14px}
fieldset{border:1px solid var(--line);border-radius:8px;margin:10px 0}.check{display:inline-flex;
gap:6px;align-items:center;margin:3px 12px 3px 0;font-weight:400}
.row{display:flex;flex-wrap:wrap;gap:0 12px;align-items:end}.row .field{flex:1 1 420px}
.one-line{display:flex;flex-wrap:wrap;gap:0 12px;align-items:end}.one-line .field{flex:1 1 140px;
max-width:200px}.one-line .deeds{margin:10px 0}
.search{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:0 12px;
align-items:end}.search .deeds{grid-column:1/-1}
.first-hour{background:var(--paper);border:1px solid var(--line);border-left:5px solid var(--main);
border-radius:8px;padding:2px 16px 10px;margin:14px 0}.first-hour ol{list-style:none;padding:0}
.first-hour li{margin:6px 0}.first-hour small{display:block;color:var(--soft);margin-left:22px}
.first-hour .done{color:var(--soft)}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px}.facts dt{color:var(--soft)}
.facts dd{margin:0}
.scroll{overflow-x:auto}table{border-collapse:collapse;background:var(--paper);font-size:14px;
width:100%}th,td{border:1px solid var(--line);padding:5px 8px;text-align:left;vertical-align:top}
thead th{background:var(--ground)}
.when{white-space:nowrap;font-variant-numeric:tabular-nums}.detail{overflow-wrap:anywhere;
max-width:420px}
.matrix td{min-width:78px}.matrix td a{display:block;text-decoration:none;color:inherit}
.matrix td a:hover{text-decoration:underline}.matrix small{color:var(--soft)}.matrix .tag{
font-size:12px;white-space:nowrap;display:inline-block}
.matrix td a.deed,.by-month .deed{color:var(--main);font-size:13px;padding:3px 0;min-height:26px}
.matrix tbody th{position:sticky;left:0;background:var(--paper);min-width:150px}
pre{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:10px;
overflow:auto;white-space:pre-wrap}
.patch .added{color:var(--good)}.patch .removed{color:var(--bad)}
.compare{table-layout:fixed}.compare td{overflow-wrap:anywhere}.compare p{margin:3px 0}
.compare .removed{background:var(--badground)}.compare .added{background:var(--goodground)}
.void{color:var(--bad)}
iframe{border:1px solid var(--line);border-radius:10px;background:#fff;width:100%;
height:max(80vh,640px)}iframe.phone{max-width:400px}
.weibo{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:12px 16px;
max-width:560px;margin:0;overflow-wrap:anywhere}
.qr{image-rendering:pixelated;border:8px solid #fff;border-radius:6px}
.cm-editor{border:1px solid var(--line);border-radius:8px;background:var(--paper);max-height:70vh}
footer{border-top:1px solid var(--line);padding:14px 0;font-size:14px;color:var(--soft)}
.bare{border:0;margin:0;padding:0;min-width:0}.settings section{background:var(--paper);
border:1px solid var(--line);border-radius:10px;padding:4px 16px 12px;margin:16px 0}.settings h2{
margin-top:12px}.color{display:flex;gap:8px}.color input[type=color]{flex:0 0 56px;padding:3px;
height:auto}.emblem{max-height:64px;max-width:100%;background:#fff;border:1px solid var(--line);
border-radius:7px;padding:4px}.settings input[type=password]{max-width:340px}
.settings input[type=file]{max-width:460px}.pair{display:grid;
grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr));gap:0 16px}.row.three .field{
flex:1 1 180px;margin:4px 0}
.by-month{display:none}.by-month ul{list-style:none;padding:0;margin:0}.by-month li{display:flex;
flex-wrap:wrap;gap:0 8px;padding:8px 0;border-bottom:1px solid var(--line)}.by-month .day{
min-width:6.5em;color:var(--soft)}.by-month li a{flex:1 1 60%}
@media (max-width:720px){body>header nav{flex:1 1 100%}body>header nav a{white-space:nowrap;
padding:7px 9px}.scroll table:not(.events){min-width:760px}
.events,.events tbody,.events tr,.events td{display:block}.events thead{display:none}.events td{
border:0;padding:1px 8px}.events tr{border:1px solid var(--line);padding:6px 0}.events td:empty{
display:none}.events .when{color:var(--soft)}.events .detail{max-width:none}.scroll.year{
display:none}.by-month{display:block}}
@media (max-width:560px){h1{font-size:22px}}
@media print{body>header,footer,.deeds,form{display:none}body{background:#fff}}
@media (prefers-reduced-motion:no-preference){.card{transition:border-color .2s}}
`;

export const WECHAT_CSS = `body{margin:0 auto;max-width:640px;padding:14px;
font:17px/1.75 "PingFang SC","Noto Sans CJK SC",sans-serif;color:#333;background:#fff}
h1{font-size:22px;line-height:1.4;margin:14px 0 6px}.by{color:#6b6b6b;font-size:15px}.by span{
color:#3f5f8a}.list{display:flex;gap:12px;align-items:center;border:1px solid #ddd;
border-radius:8px;padding:8px;font-size:14px}
.list img{width:120px;aspect-ratio:2.35;object-fit:cover}.list p{margin:0}img{max-width:100%}
`;
