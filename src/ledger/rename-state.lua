-- Gives a publication's state another name, unless it is in another state by now: nothing happens to it.
-- KEYS  1 the publication's hash
-- ARGV  1 the former name  2 today's
-- Answer 1 when renamed, 0 when not.
if redis.call('HGET', KEYS[1], 's') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 's', ARGV[2])
return 1
