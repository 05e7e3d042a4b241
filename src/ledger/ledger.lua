-- Changes one publication if it is in the state that the caller saw, and writes the journal, in one call. The walls of
-- the promise stand here, where no path can walk around them: each is marked `wall:` and refuses by its name.
-- KEYS  1 the publication's hash        2 open publications by due instant (ms)   3 closed ones by due instant
--       4 public ones by publication instant (ms)          5 journal stream
--       6 publications by the instant (ms) at which something is to be done about them next
--       7 what the ledger knows of itself: `birth` (ms), `n` (how many changes it has made)
--       8 version of the plan in force
-- ARGV  1 publication id  2 expected state ('' = it must not exist yet)  3 expected fence ('' = any)  4 new state
--       5 due instant (ms; '' = as it is)  6 '1' = take a new fence  7 where the new state belongs: open | closed
--       8 publication instant (ms) if it becomes public, '-' if it stops being so, '' otherwise
--       9 journal event ('' = none)  10 actor  11 time (ms)  12 detail (JSON)
--      13 '1' = the caller's time is the time (rehearsal, tests), '' = Redis's own clock is
--      14 earliest instant (ms) at which something is to be done next; '' = as the state says
--      15 the plan version that this was decided by, of an intent and whatever follows from the plan ('' = none)
--      16 unsettled mark: '' = as it is, '-' = settled, else its JSON
--      17 the earliest due instant (ms) to which the floor may be lowered; '' = it may only rise
--      18 how many changes the caller knows this ledger to have made
--      19 of a new one: the earliest instant (ms) at which it may have been sent by a ledger before this one
--      20 of a new one that was: the state that it begins in (doubtful | historical)
--      21 how many releasing calls there may be before a person says something
--      22… field, value pairs; the value '' deletes the field
-- Answer {1, fence, changes made} when changed, {0, the state it is in, its fence, the wall or ''} when not.
local function number(text) return text and tonumber(text) or nil end
local has = redis.call('HMGET', KEYS[1], 's', 'f', 'd', 'b', 'u', 'l', 'n', 'p', 'q', 'v')
local state, fence, due = has[1] or '', has[2] or '0', number(has[3])
local floor, unsettled, lead = number(has[4]) or due, has[5] or '', number(has[6]) or 0
local calls, callFrom = number(has[9]) or 0, number(has[10]) or 0
-- As releases up to 0.1.0 wrote it.
if state == 'bygone' then state = 'historical' end
local function refuse(wall) return {0, state, tonumber(fence), wall} end
if state ~= ARGV[2] or (ARGV[3] ~= '' and fence ~= ARGV[3]) then return refuse('') end

local now = tonumber(ARGV[11])
if ARGV[13] == '' then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
local new = ARGV[4]
local isNew = state == ''
local isIntent = state == 'armed' and new == 'releasing'

-- wall: forgotten. A ledger that has made fewer changes than the caller saw it make has lost some: an intent may be
-- among them.
local made = number(redis.call('HGET', KEYS[7], 'n')) or 0
if ARGV[18] ~= '' and made < tonumber(ARGV[18]) then return refuse('forgotten') end
-- end

-- wall: unsettled. What may have gone out is not sent before somebody has said with authority that it has not; but for
-- exactly the same call again where the channel refuses a second one (`p`).
if unsettled ~= '' and has[8] ~= '1' and (new == 'armed' or isIntent) then return refuse('unsettled') end
-- end

-- wall: calls. Whatever a channel answers, it is called so often, and no more before a person has said something; and
-- not again before the wait after the last call is over, whatever has been staged since.
if (new == 'armed' or isIntent) and calls >= tonumber(ARGV[21]) then return refuse('calls') end
if new == 'armed' and now < callFrom then return refuse('wait') end
-- end

-- wall: plan. What goes out is what the plan in force says at the intent; and nobody cancels, moves or makes anything by
-- a plan that is in force no more.
if ARGV[15] ~= '' and (redis.call('GET', KEYS[8]) or '') ~= ARGV[15] then return refuse('plan') end
-- end

-- wall: floor. Nothing before the instant that was promised, by this clock, nor more than the intent's 300 ms before it.
if isIntent and floor and now < floor - 300 then return refuse('early') end
-- end

local gone = {}
if ARGV[5] ~= '' then
  -- Another day is a person's word: its calls are counted from the beginning.
  if due and due ~= tonumber(ARGV[5]) then
    gone[#gone + 1] = 'q'
    gone[#gone + 1] = 'v'
    callFrom = 0
  end
  due = tonumber(ARGV[5])
  -- wall: lowering. The floor rises freely; it is lowered only as far as the plan's words allow.
  if floor and due < floor and (ARGV[17] == '' or due < tonumber(ARGV[17])) then return refuse('floor') end
  -- end
  floor = due
end

local mark = ARGV[16]
-- wall: shown. What was public once may be there still, whatever state it is put in.
if (state == 'public' or state == 'verified') and ARGV[7] == 'open' and new ~= 'public' and mark == '' then
  mark = '{"why":"shown","at":' .. string.format('%d', now) .. ',"from":' .. has[3] .. '}'
end
-- end
local event = ARGV[9]
local belongs = ARGV[7]
if isNew then
  redis.call('HSETNX', KEYS[7], 'birth', string.format('%d', now))
  -- wall: birth. A ledger before this one may have sent what was due before this one was born.
  if ARGV[19] ~= '' and tonumber(ARGV[19]) <= tonumber(redis.call('HGET', KEYS[7], 'birth')) then
    mark = '{"why":"birth","at":' .. string.format('%d', now) .. ',"from":' .. ARGV[19] .. '}'
    new = ARGV[20]
    event = new == 'historical' and 'historical' or 'doubted'
    belongs = new == 'historical' and 'closed' or 'open'
  end
  -- end
end

if ARGV[6] == '1' then fence = tostring(tonumber(fence) + 1) end
local set = {'s', new, 'f', fence, 'd', string.format('%d', due), 'b', string.format('%d', floor or due)}
-- Counted with the intent: whoever dies in the call has made it.
if isIntent then
  set[#set + 1] = 'q'
  set[#set + 1] = tostring(calls + 1)
end
local retry = number(has[7])
for i = 22, #ARGV, 2 do
  local field, value = ARGV[i], ARGV[i + 1]
  if field == 'n' then retry = number(value) end
  if field == 'v' then callFrom = number(value) or 0 end
  if field == 'l' then lead = number(value) or 0 end
  if value == '' then gone[#gone + 1] = field else
    set[#set + 1] = field
    set[#set + 1] = value
  end
end
-- Another content, another day, another state: no longer the same call.
if has[8] == '1' and new ~= 'staged' and new ~= 'armed' and new ~= 'releasing' then gone[#gone + 1] = 'p' end
if mark == '-' then gone[#gone + 1] = 'u' elseif mark ~= '' then
  set[#set + 1] = 'u'
  set[#set + 1] = mark
end
redis.call('HSET', KEYS[1], unpack(set))
if #gone > 0 then redis.call('HDEL', KEYS[1], unpack(gone)) end
made = redis.call('HINCRBY', KEYS[7], 'n', 1)

local mine, other = KEYS[2], KEYS[3]
if belongs == 'closed' then mine, other = KEYS[3], KEYS[2] end
redis.call('ZADD', mine, due, ARGV[1])
redis.call('ZREM', other, ARGV[1])
if ARGV[8] == '-' then
  redis.call('ZREM', KEYS[4], ARGV[1])
elseif ARGV[8] ~= '' then
  redis.call('ZADD', KEYS[4], ARGV[8], ARGV[1])
end

-- When something is to be done next. Held and closed ones wait for a person.
local wake
if new == 'planned' then wake = math.max(due - lead, retry or 0)
elseif new == 'staged' then wake = math.max(due - 4000, retry or 0, callFrom)
elseif new == 'armed' or (new == 'releasing' and not retry) then wake = now + 4000
elseif new == 'releasing' then wake = retry
elseif new == 'doubtful' then wake = retry or (now + 1000)
elseif new == 'public' then wake = retry or now end
if wake then
  if ARGV[14] ~= '' then wake = math.max(wake, tonumber(ARGV[14])) end
  -- An earlier call of it may have had its effect: that is looked up at once, whenever it is due.
  if unsettled ~= '' and mark == '' and has[8] ~= '1' and (new == 'planned' or new == 'staged') then wake = now end
  redis.call('ZADD', KEYS[6], wake, ARGV[1])
else
  redis.call('ZREM', KEYS[6], ARGV[1])
end
if event ~= '' then
  redis.call('XADD', KEYS[5], '*', 'e', event, 'p', ARGV[1], 'a', ARGV[10], 't', ARGV[11], 'd', ARGV[12])
end
return {1, tonumber(fence), made}
