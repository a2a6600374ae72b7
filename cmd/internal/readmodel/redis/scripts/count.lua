-- Members of a set. ARGV[1] is the request:
--   e, min, max, low, high, legs   as in page.lua
--   terms                          indexes, where the set is their intersection
--   version                        of the call before, nil at first
--   loose                          a batch in between does not matter
--   state                          what that call answered as state, nil at first
--   budget                         members to look at
-- Answers ok, version, number, looked, then nothing at the end, else the state with
-- which to go on.
local r = cmsgpack.unpack(ARGV[1])
r.oldest = true
local gone = stale(r)
if gone then return gone end
local zero = r.low <= 0 and r.high >= 0

-- How many members are counted by intersecting sets in one step.
local AT_ONCE = 16384

local function answer(n, looked, state) return { 'ok', version, n, looked, state } end

-- unbounded: no member lies outside of the bounds, so that scores need not be read.
local function unbounded()
  for _, leg in ipairs(r.legs) do
    if not zero and size(leg) > places(leg) then return false end
    if places(leg) > 0 then
      local key = p .. 'z:' .. leg
      local first, last = call('ZRANGE', key, 0, 0, 'WITHSCORES'), call('ZRANGE', key, -1, -1, 'WITHSCORES')
      if tonumber(first[2]) < r.low or tonumber(last[2]) > r.high then return false end
    end
  end
  return true
end

local function hits(v, all)
  if all then return holds(r.e, v) end
  local out = score(r.e, v)
  for j = 1, #out do out[j] = out[j] and out[j] >= r.low and out[j] <= r.high end
  return out
end

-- along counts rows in order of their score.
local function along(after)
  local leg = r.legs[1]
  local low, high = range(r, leg, after)
  local n, looked, last, place = 0, 0, nil, nil
  while low < high and looked < r.budget do
    local names, scores
    names, scores, low, high = rows(r, leg, low, high, math.min(VECTOR, r.budget - looked))
    local found = holds(r.e, candidates(r.e, leg, names, scores))
    for j = 1, #found do
      if found[j] then n = n + 1 end
    end
    looked, last, place = looked + #names, names[#names], scores[#names]
  end
  if low >= high then return answer(n, looked) end
  return answer(n, looked, { 'along', string.format('%.0f', place), last })
end

-- through counts what is in the sets of the list, each member in the first of them
-- that holds it. It begins at the k-th, at a cursor.
local function through(list, all, k, cursor)
  local n, looked = 0, 0
  while k <= #list do
    local key, numbers = p .. 's:' .. list[k], nil
    if cursor == '0' and size(list[k]) <= FEW then
      numbers = call('SMEMBERS', key)
    else
      cursor, numbers = unpack(call('SSCAN', key, cursor, 'COUNT', VECTOR))
    end
    slice(numbers, function(v)
      v.of, looked = list[k], looked + #v.numbers
      local found = hits(v, all)
      for q = 1, k - 1 do
        local told = holds({ i = list[q] }, v)
        for j = 1, #found do found[j] = found[j] and not told[j] end
      end
      for j = 1, #found do
        if found[j] then n = n + 1 end
      end
    end)
    if cursor == '0' then k = k + 1 end
    if looked >= r.budget and k <= #list then
      return answer(n, looked, { 'through', tostring(k), cursor })
    end
  end
  return answer(n, looked)
end

if r.e.i and not r.e.n then
  local n = call('ZCOUNT', p .. 'z:' .. r.e.i, r.min, r.max)
  if zero then n = n + size(r.e.i) - places(r.e.i) end
  return answer(n, 1)
end
if r.state and r.state[1] == 'along' then return along({ r.state[2], r.state[3] }) end
local least, list = bound(r.e)
if least == 0 then return answer(0, 1) end
local all = unbounded()
if r.state then return through(list, all, tonumber(r.state[2]), r.state[3]) end
if all and r.terms and least <= AT_ONCE then
  local keys = {}
  for k, t in ipairs(r.terms) do keys[k] = p .. 's:' .. t end
  return answer(call('SINTERCARD', #keys, unpack(keys)), least)
end
if not all and #r.legs == 1 and not (zero and size(r.legs[1]) > places(r.legs[1])) then
  local low, high = range(r, r.legs[1])
  if high - low < least then return along() end
end
return through(list, all, 1, '0')
