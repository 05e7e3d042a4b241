-- Writes what changes together about incidents, unless the lock under which it was decided is another's by now.
-- KEYS  1 the lock  2 hash of incidents  3 hash of the outbox  4 set of regular letters that are written
-- ARGV  1 the lock's token ('' = under no lock)  2 JSON: { set: [key, value, …], remove: [key …],
--       deliveries: [id, value, …], once: [key …] }
-- Answer 1 when written, 0 when the lock was lost and nothing was.
if ARGV[1] ~= '' and redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
local changes = cjson.decode(ARGV[2])
for i = 1, #changes.set, 2 do
  redis.call('HSET', KEYS[2], changes.set[i], changes.set[i + 1])
end
for i = 1, #changes.remove do
  redis.call('HDEL', KEYS[2], changes.remove[i])
end
for i = 1, #changes.deliveries, 2 do
  redis.call('HSET', KEYS[3], changes.deliveries[i], changes.deliveries[i + 1])
end
for i = 1, #changes.once do
  redis.call('SADD', KEYS[4], changes.once[i])
end
return 1
