import http from 'http';
http.createServer((q,r)=>{console.log(q.url.slice(0,60)); r.end(Buffer.concat([Buffer.from('d8:intervali60e5:peers6:'),Buffer.from([127,0,23,1,6999>>8,6999&255]),Buffer.from('e')]))}).listen(7969,'127.0.23.3');
setTimeout(()=>process.exit(),20000);
