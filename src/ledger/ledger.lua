-- Changes one publication if it is in the state that the caller saw, and writes the journal, in one call.
-- KEYS  1 the publication's hash  2 sorted set of open publications by due instant (ms)
--       3 sorted set of closed ones by due instant  4 sorted set of public ones by publication instant (ms)  5 journal stream
-- ARGV  1 publication id  2 expected state ('' = it must not exist yet)  3 expected fence ('' = any)  4 new state
--       5 due instant (ms; '' = as it is)  6 '1' = take a new fence  7 where the new state belongs: open | closed
--       8 publication instant (ms) if it becomes public, '-' if it stops being so, '' otherwise
--       9 journal event  10 actor  11 time (ms)  12 detail (JSON)  13… field, value pairs; the value '' deletes the field
-- Answer {1, fence} when changed, {0, the state it is in, its fence} when not.
local state = redis.call('HGET', KEYS[1], 's') or ''
local fence = redis.call('HGET', KEYS[1], 'f') or '0'
if state ~= ARGV[2] or (ARGV[3] ~= '' and fence ~= ARGV[3]) then
  return {0, state, tonumber(fence)}
end
if ARGV[6] == '1' then
  fence = tostring(tonumber(fence) + 1)
  redis.call('HSET', KEYS[1], 'f', fence)
end
local due = ARGV[5]
if due == '' then due = redis.call('HGET', KEYS[1], 'd') end
redis.call('HSET', KEYS[1], 's', ARGV[4], 'd', due)
for i = 13, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', KEYS[1], ARGV[i])
  else
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
if ARGV[7] == 'open' then
  redis.call('ZADD', KEYS[2], due, ARGV[1])
  redis.call('ZREM', KEYS[3], ARGV[1])
else
  redis.call('ZADD', KEYS[3], due, ARGV[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
end
if ARGV[8] == '-' then
  redis.call('ZREM', KEYS[4], ARGV[1])
elseif ARGV[8] ~= '' then
  redis.call('ZADD', KEYS[4], ARGV[8], ARGV[1])
end
redis.call('XADD', KEYS[5], '*', 'e', ARGV[9], 'p', ARGV[1], 'a', ARGV[10], 't', ARGV[11], 'd', ARGV[12])
return {1, tonumber(fence)}
