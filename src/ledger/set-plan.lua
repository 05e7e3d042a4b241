-- Puts a plan into force if the one that the caller compared it with still is, with everything that belongs to it, in one call.
-- KEYS  1 the plan's text  2 its version  3 set of releases whose dates have a history  4 hash of letters  5… list of date changes, one a release,
--       then the hash of each publication that the plan changes and that was not public when the two were compared
-- ARGV  1 SHA-1 (hex) of the plan text that must be in force ('' = none, '*' = whatever is)  2 new text  3 new version
--       4 how many date changes  then a pair (release, change as JSON) for each, in the order of KEYS 5…  then a pair (id, letter as JSON) for each letter
-- Answer 1 when it is in force, 0 when another plan is, or when one of those publications came out since the comparison: what is
-- public keeps its date, and whoever moved it is to be told.
local held = redis.call('GET', KEYS[1])
local mark = held and redis.sha1hex(held) or ''
if ARGV[1] ~= '*' and ARGV[1] ~= mark then return 0 end
local changes = tonumber(ARGV[4])
for index = 5 + changes, #KEYS do
  local state = redis.call('HGET', KEYS[index], 's')
  if state == 'releasing' or state == 'public' or state == 'verified' or state == 'withdrawn' then return 0 end
end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('SET', KEYS[2], ARGV[3])
for index = 1, changes do
  redis.call('RPUSH', KEYS[4 + index], ARGV[4 + index * 2])
  redis.call('SADD', KEYS[3], ARGV[3 + index * 2])
end
for at = 5 + changes * 2, #ARGV, 2 do
  redis.call('HSET', KEYS[4], ARGV[at], ARGV[at + 1])
end
return 1
