-- Sets of members. VECTOR, FEW and FEWEST stand above, see sizes.go.
--
-- An expression is a table: i an index, or a (all) or o (any) a list of expressions;
-- n a list of those taken away. Candidates are looked at some at a time, as a vector v
-- of numbers with, when asked for, their members.
local REFS = 1048576

-- stale is what to answer when a request goes on with what was so before: none where
-- the space was replaced, moved where a batch came in between and that matters.
local function stale(r)
  if not r.version or r.version == version then return nil end
  if string.match(r.version, '^%d+') ~= life then return { 'none' } end
  return not r.loose and { 'moved' } or nil
end

local sizes, scored = {}, {}

local function size(index)
  local n = sizes[index]
  if not n then
    n = call('SCARD', p .. 's:' .. index)
    sizes[index] = n
  end
  return n
end

local function places(index)
  local n = scored[index]
  if not n then
    n = call('ZCARD', p .. 'z:' .. index)
    scored[index] = n
  end
  return n
end

-- bound is a number and indexes of as many members that hold all of the set.
local function bound(e)
  if e.i then return size(e.i), { e.i } end
  if e.a then
    local least, list = bound(e.a[1])
    for k = 2, #e.a do
      local n, l = bound(e.a[k])
      if n < least then least, list = n, l end
    end
    return least, list
  end
  local sum, list = 0, {}
  for _, x in ipairs(e.o or {}) do
    local n, l = bound(x)
    sum = sum + n
    for _, index in ipairs(l) do list[#list + 1] = index end
  end
  return sum, list
end

-- A vector is a table: numbers; members, those that are known, and whole when all are;
-- of, an index that holds them all, and scores they have there.
local function members(v)
  if v.whole then return v.members end
  local known, lacking, numbers = v.members or {}, {}, {}
  for j = 1, #v.numbers do
    if not known[j] then lacking[#lacking + 1], numbers[#numbers + 1] = j, v.numbers[j] end
  end
  local found = #numbers > 0 and call('HMGET', p .. 'm', unpack(numbers))
  for k, j in ipairs(lacking) do known[j] = found[k] end
  v.members, v.whole = known, true
  return known
end

local function vector_of(names)
  local packed, numbers = call('HMGET', p .. 'i', unpack(names)), {}
  for j = 1, #packed do numbers[j] = string.format('%d', floor(packed[j] / REFS)) end
  return { numbers = numbers, members = names, whole = true }
end

local holds

local function without(e, v, out)
  for _, x in ipairs(e.n or {}) do
    local away = holds(x, v)
    for j = 1, #out do
      if away[j] then out[j] = false end
    end
  end
  return out
end

-- holds says of each candidate whether it is in the set.
function holds(e, v)
  local out = {}
  if e.i then
    local held = v.of ~= e.i and call('SMISMEMBER', p .. 's:' .. e.i, unpack(v.numbers))
    for j = 1, #v.numbers do out[j] = not held or held[j] == 1 end
    return without(e, v, out)
  end
  local all = e.a ~= nil
  for j = 1, #v.numbers do out[j] = all end
  for _, x in ipairs(e.a or e.o or {}) do
    local held = holds(x, v)
    for j = 1, #out do
      if held[j] ~= all then out[j] = not all end
    end
  end
  return without(e, v, out)
end

local first

-- score is the score of each candidate in the order of the set, false where it is
-- not in it.
local function score(e, v)
  local out = {}
  if e.i and v.of == e.i and v.scores then
    for j = 1, #v.numbers do out[j] = v.scores[j] end
  elseif e.i then
    -- Where all members have a score, that tells who is a member.
    local scored = places(e.i) == size(e.i)
    local held = not scored and holds({ i = e.i }, v)
    local scores = places(e.i) > 0 and call('ZMSCORE', p .. 'z:' .. e.i, unpack(members(v), 1, #v.numbers))
    for j = 1, #v.numbers do
      local s = scores and scores[j] and tonumber(scores[j])
      out[j] = s or not scored and held[j] and 0
    end
  elseif e.a then
    out = first(e, v)
  else
    for j = 1, #v.numbers do out[j] = false end
    for _, x in ipairs(e.o or {}) do
      local more = score(x, v)
      for j = 1, #out do
        if not out[j] then out[j] = more[j] end
      end
    end
  end
  return without(e, v, out)
end

-- first is the score of each candidate in the first of sets that are intersected. Only
-- those that are in the others are asked for it.
function first(e, v)
  local out, at, left = {}, {}, { numbers = {}, members = {}, of = v.of, whole = v.whole, scores = v.scores and {} }
  for j = 1, #v.numbers do out[j] = true end
  for k = 2, #e.a do
    local held = holds(e.a[k], v)
    for j = 1, #out do out[j] = out[j] and held[j] end
  end
  for j = 1, #out do
    if out[j] then
      local k = #at + 1
      at[k], left.numbers[k], left.members[k] = j, v.numbers[j], v.members and v.members[j]
      if v.scores then left.scores[k] = v.scores[j] end
    end
  end
  if #at == 0 then return out end
  local scores = score(e.a[1], left)
  v.members = v.members or {}
  for k, j in ipairs(at) do
    out[j], v.members[j] = scores[k], left.members[k] or nil
  end
  return out
end

-- before compares bytes; the language's own comparison depends on the server's locale.
local function before(a, b)
  local n = math.min(#a, #b)
  for k = 1, n do
    local x, y = string.byte(a, k), string.byte(b, k)
    if x ~= y then return x < y end
  end
  return #a < #b
end

-- rank is how many rows of a sorted set come before a row, and whether it is there.
local function rank(key, place, member)
  local now = call('ZSCORE', key, member)
  if now and tonumber(now) == tonumber(place) then return call('ZRANK', key, member), true end
  local low = call('ZCOUNT', key, '-inf', '(' .. place)
  local high = call('ZCOUNT', key, '-inf', place)
  while low < high do
    local middle = floor((low + high) / 2)
    if before(call('ZRANGE', key, middle, middle)[1], member) then
      low = middle + 1
    else
      high = middle
    end
  end
  return low, false
end

-- range is which ranks of an index's rows lie within the bounds and after a row.
local function range(r, index, after)
  local key = p .. 'z:' .. index
  local low = call('ZCOUNT', key, '-inf', '(' .. r.min)
  local high = call('ZCOUNT', key, '-inf', r.max)
  if after then
    local at, there = rank(key, after[1], after[2])
    if r.oldest then
      low = math.max(low, at + (there and 1 or 0))
    else
      high = math.min(high, at)
    end
  end
  return low, high
end

-- rows are the next rows of an index in order, with their ranks left.
local function rows(r, index, low, high, n)
  local key = p .. 'z:' .. index
  local flat
  if r.oldest then
    flat = call('ZRANGE', key, low, math.min(low + n, high) - 1, 'WITHSCORES')
    low = low + #flat / 2
  else
    flat = call('ZRANGE', key, math.max(high - n, low), high - 1, 'WITHSCORES')
    high = high - #flat / 2
  end
  local names, scores, count = {}, {}, #flat / 2
  for j = 1, count do
    local k = r.oldest and j or count + 1 - j
    names[k], scores[k] = flat[2 * j - 1], tonumber(flat[2 * j])
  end
  return names, scores, low, high
end

-- candidates makes the vector of rows of an index; where the set is that index alone
-- nothing more is asked of them.
local function candidates(e, index, names, scores)
  local v
  if e.i and not e.n then
    v = { numbers = names, members = names, whole = true }
  else
    v = vector_of(names)
  end
  v.of, v.scores = index, scores
  return v
end

-- slice calls back with candidates of a list of numbers, some at a time.
local function slice(numbers, look)
  for from = 1, #numbers, VECTOR do
    look({ numbers = { unpack(numbers, from, math.min(from + VECTOR - 1, #numbers)) } })
  end
end
