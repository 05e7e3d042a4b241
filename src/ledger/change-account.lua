-- Changes one account if it still is what the caller read, and never so that nobody is left who manages people.
-- KEYS  1 hash of accounts (name → JSON)
-- ARGV  1 name  2 JSON that was read  3 JSON that is to stand there
-- Answer 'ok', 'changed' where another stands there by now, 'last-admin'
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 'changed' end
local function manages(text)
  local account = cjson.decode(text)
  if account.disabled then return false end
  for _, role in ipairs(account.roles) do
    if role == 'admin' then return true end
  end
  return false
end
if manages(ARGV[2]) and not manages(ARGV[3]) then
  local all = redis.call('HGETALL', KEYS[1])
  local others = false
  for at = 1, #all, 2 do
    if all[at] ~= ARGV[1] and manages(all[at + 1]) then others = true end
  end
  if not others then return 'last-admin' end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 'ok'
