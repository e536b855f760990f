"""Makes scipy-vectors.json beside it: what SciPy says of the numbers that the tests of the statistics use."""
import json, os, numpy as np, scipy, itertools
from scipy import stats
np.random.seed(7)
S={
 'three':([3.0,5.0,4.0],[4.5,5.5,7.0]),
 'five':([12.1,15.2,11.8,13.9,14.0],[12.9,15.0,13.1,15.5,14.8]),
 'ten':([float(x) for x in np.round(np.random.normal(100,10,10),3)],[float(x) for x in np.round(np.random.normal(108,12,10),3)]),
 'twenty':([float(x) for x in np.round(np.random.lognormal(6,0.3,20),3)],[float(x) for x in np.round(np.random.lognormal(6.1,0.3,20),3)]),
 'tied':([1.,2.,2.,3.,5.,5.,7.,8.,9.,9.],[2.,2.,4.,4.,4.,7.,8.,7.,11.,9.]),
 'sixty':([float(x) for x in np.round(np.random.normal(20,4,60))],[float(x) for x in np.round(np.random.normal(22,4,60))]),
 'uneven':([5.1,4.9,6.2,5.8,6.0,5.5,5.9],[6.4,7.1,5.2,6.9]),
}
out={'made by':'scipy %s, numpy %s'%(scipy.__version__,np.__version__)}
ts=[]
for t in [0,0.3,1,-1.5,2.7,10,40]:
  for f in [1,2,3.5,9,19,100]:
    ts.append([t,f,float(stats.t.cdf(t,f)),float(2*stats.t.sf(abs(t),f))])
out['stats.t.cdf(t, df), 2 * stats.t.sf(abs(t), df)']=ts
out['stats.t.ppf(p, df)']=[[p,f,float(stats.t.ppf(p,f))] for p in [0.6,0.9,0.975,0.995,0.01,0.9999] for f in [1,2,4,7.3,19,500]]
out['scipy.special.betainc(a, b, x)']=[[a,b,x,float(scipy.special.betainc(a,b,x))] for a,b in [(0.5,0.5),(2,3),(10,0.5),(50,0.5),(0.5,9)] for x in [0.001,0.2,0.5,0.9,0.9999]]
out['scipy.special.gammaln(x)']=[[x,float(scipy.special.gammaln(x))] for x in [0.5,1.5,2.5,10,100.5,1000]]
out['stats.norm.cdf(z)']=[[z,float(stats.norm.cdf(z))] for z in [-8,-4,-3,-2.9,-1.96,-0.5,0,0.1,1,2.5,5]]
samples={}
for k,(a,b) in S.items():
  a=np.array(a);b=np.array(b)
  d={'left':a.tolist(),'right':b.tolist()}
  ci=stats.ttest_1samp(a,0).confidence_interval(0.95)
  d['mean_sd_median(left)']=[float(a.mean()),float(a.std(ddof=1)),float(np.median(a))]
  d['ttest_1samp(left, 0).confidence_interval()']=[float(ci.low),float(ci.high)]
  w=stats.ttest_ind(b,a,equal_var=False); wci=w.confidence_interval(0.95)
  d['ttest_ind(right, left, equal_var=False)']=[float(w.statistic),float(w.df),float(w.pvalue),float(wci.low),float(wci.high)]
  p=stats.permutation_test((a,b),lambda x,y,axis:np.mean(x,axis=axis)-np.mean(y,axis=axis),vectorized=True,n_resamples=200000,rng=np.random.default_rng(1))
  d['permutation_test((left, right), mean difference)']=[float(p.pvalue), bool(len(p.null_distribution)<200000)]
  u=stats.mannwhitneyu(b,a).statistic
  d['2 * mannwhitneyu(right, left).statistic / (n * m) - 1']=float(2*u/(len(a)*len(b))-1)
  n,m=len(a),len(b)
  sp=np.sqrt(((n-1)*a.var(ddof=1)+(m-1)*b.var(ddof=1))/(n+m-2))
  d['cohen d']=float((b.mean()-a.mean())/sp)
  d['median(subtract.outer(right, left))']=float(np.median(np.subtract.outer(b,a)))
  if n==m:
    x=b-a
    t=stats.ttest_rel(b,a); tci=t.confidence_interval(0.95)
    d['ttest_rel(right, left)']=[float(t.statistic),float(t.df),float(t.pvalue),float(tci.low),float(tci.high)]
    wx=stats.wilcoxon(b,a)
    d['wilcoxon(right, left)']=[float(wx.statistic),float(wx.pvalue)]
    d['d_z']=float(x.mean()/x.std(ddof=1))
    i,j=np.triu_indices(n); d['median(walsh)']=float(np.median((x[i]+x[j])/2))
    if n<=16:
      pp=stats.permutation_test((b,a),lambda x,y,axis:np.mean(x-y,axis=axis),permutation_type='samples',vectorized=True,n_resamples=np.inf)
    else:
      pp=stats.permutation_test((b,a),lambda x,y,axis:np.mean(x-y,axis=axis),permutation_type='samples',vectorized=True,n_resamples=400000,rng=np.random.default_rng(2))
    d["permutation_test((right, left), permutation_type='samples')"]=float(pp.pvalue)
  if n>=5:
    bs=stats.bootstrap((a,),np.mean,method='percentile',n_resamples=400000,rng=np.random.default_rng(3)).confidence_interval
    bm=stats.bootstrap((a,),np.median,method='percentile',n_resamples=400000,rng=np.random.default_rng(3)).confidence_interval
    d["bootstrap((left,), np.mean, method='percentile')"]=[float(bs.low),float(bs.high)]
    d["bootstrap((left,), np.median, method='percentile')"]=[float(bm.low),float(bm.high)]
  samples[k]=d
out['samples']=samples
ps=[[0.01,0.04,0.03,0.005],[0.5,0.5,0.9],[0.001],[0.02,0.02,0.02,0.8,0.0001,0.3]]
def holm(p):
  p=np.array(p);o=np.argsort(p,kind='stable');m=len(p);r=np.empty(m);r[o]=np.minimum(1,np.maximum.accumulate((m-np.arange(m))*p[o]));return r.tolist()
out["corrections: p, stats.false_discovery_control(p, method='bh'), Holm as in NumPy: minimum(1, maximum.accumulate((m - arange(m)) * sorted p))"]=[[p,stats.false_discovery_control(p,method='bh').tolist(),holm(p)] for p in ps]
json.dump(out,open(os.path.join(os.path.dirname(__file__), 'scipy-vectors.json'), 'w'),indent=1)
