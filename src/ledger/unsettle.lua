-- Marks one publication as unsettled, in whatever state it is, unless the ledger says that it is public or withdrawn, or it
-- is marked already.
-- KEYS  1 the publication's hash  2 publications by when something is to be done next  3 the ledger's own count  4 journal
-- ARGV  1 publication id  2 the mark (JSON)  3 actor  4 time (ms)
-- Answer 1 when marked, 0 when not.
local state = redis.call('HGET', KEYS[1], 's') or ''
if state == '' or state == 'public' or state == 'verified' or state == 'withdrawn' then return 0 end
if redis.call('HEXISTS', KEYS[1], 'u') == 1 then return 0 end
local mark = ARGV[2]
-- The plan may give it another day afterwards: it is looked for from this one on.
local due = redis.call('HGET', KEYS[1], 'd')
if due then mark = string.sub(mark, 1, -2) .. ',"from":' .. due .. '}' end
redis.call('HSET', KEYS[1], 'u', mark)
redis.call('HINCRBY', KEYS[3], 'n', 1)
-- What is on its way is looked up at once; what is held or closed waits for whoever takes it up again.
if state == 'planned' or state == 'staged' or state == 'armed' or state == 'releasing' or state == 'doubtful' then
  redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
end
redis.call('XADD', KEYS[4], '*', 'e', 'unsettled', 'p', ARGV[1], 'a', ARGV[3], 't', ARGV[4], 'd', mark)
return 1
