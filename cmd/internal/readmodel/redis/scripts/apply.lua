-- Writing to one partition. Everything of it lies on one slot.
--
-- KEYS[1] is the head, a hash:
--   life    number of the content that belongs to the space now
--   at      checkpoint; no field is the start
--   fence   of the lease under which it was last written, 20 digits
--   by      token of the last batch, by which a repeated call knows its own
--   torn    "1" while a step writes: only a fault in a step leaves it
--   to, to_fence, to_by, steps, stage   of a batch that was accepted in several
--           steps and is not wholly applied; stage is the list of steps left
-- KEYS[2] counts lives, KEYS[3] is the set of contents that are to be removed.
--
-- Content of life n, below <head less "head"><n>:
--   d       documents
--   i, m    member to number and number to member; i holds number*REFS plus in how
--           many indexes the member is. Numbers are never used again.
--   n       the last number
--   s:<x>   numbers of all members of index x
--   z:<x>   members of index x that have a score other than 0
--   x       names of indexes, all at score 0
--   c, k    counters, and their keys, all at score 0
local call, floor = redis.call, math.floor
local REFS = 1048576
local MANY = 1000

local function content(life) return string.sub(KEYS[1], 1, -5) .. life .. ':' end

local function each(command, key, list)
  for from = 1, #list, MANY do
    call(command, key, unpack(list, from, math.min(from + MANY - 1, #list)))
  end
end

local function names(key, list)
  local scored = {}
  for i = 1, #list do
    scored[2 * i - 1], scored[2 * i] = '0', list[i]
  end
  each('ZADD', key, scored)
end

-- number gives every member its number; the first made of them get one if they have
-- none. Members that neither have nor get one are in no index.
local function number(p, members, made)
  local packed, lacking = {}, {}
  for from = 1, #members, MANY do
    local found = call('HMGET', p .. 'i', unpack(members, from, math.min(from + MANY - 1, #members)))
    for j = 1, #found do
      local v = found[j]
      packed[from + j - 1] = v and tonumber(v)
      if not v and from + j - 1 <= made then lacking[#lacking + 1] = from + j - 1 end
    end
  end
  if #lacking > 0 then
    local last = call('INCRBY', p .. 'n', #lacking) - #lacking
    local rows = {}
    for k, j in ipairs(lacking) do
      packed[j] = (last + k) * REFS
      rows[2 * k - 1], rows[2 * k] = string.format('%d', last + k), members[j]
    end
    each('HSET', p .. 'm', rows)
  end
  local numbers = {}
  for j, v in pairs(packed) do
    numbers[j] = v and string.format('%d', floor(v / REFS))
  end
  return packed, numbers
end

-- settle writes how many indexes each member is in, and forgets those in none.
local function settle(p, members, packed, numbers, moved)
  local rows, gone, numbers_gone = {}, {}, {}
  for j, d in pairs(moved) do
    if d ~= 0 then
      local v = packed[j] + d
      if v % REFS == 0 then
        gone[#gone + 1], numbers_gone[#numbers_gone + 1] = members[j], numbers[j]
      else
        rows[#rows + 1], rows[#rows + 2] = members[j], string.format('%.0f', v)
      end
    end
  end
  each('HSET', p .. 'i', rows)
  each('HDEL', p .. 'i', gone)
  each('HDEL', p .. 'm', numbers_gone)
end

-- apply writes one step. It is a list: documents to put (key, document, ...), those to
-- delete, members and how many of them may need a number; then what happens to
-- indexes, members by their place in that list:
--   ones      index, member, ... without score
--   adds      the same for several members: {index, member, ...}
--   placed    index, member, score, ...
--   places    {index, member, score, ...}
--   removes   {index, member, ...}
-- and counters with what is added (key, delta, ...).
local function apply(life, blob)
  local p = content(life)
  local puts, deletes, members, made, ones, adds, placed, places, removes, counts = unpack(cmsgpack.unpack(blob))
  local sets, sorted = p .. 's:', p .. 'z:'
  each('HSET', p .. 'd', puts)
  each('HDEL', p .. 'd', deletes)

  local packed, numbers = number(p, members, made)
  local moved, named, unnamed = {}, {}, {}
  for j = 1, #members do moved[j] = 0 end

  -- enter puts a member into the index's set and says whether it was in it. An index
  -- that gains a member is named, whether it was already or not.
  local function enter(index, j)
    if call('SADD', sets .. index, numbers[j]) == 0 then return true end
    moved[j] = moved[j] + 1
    named[#named + 1] = index
    return false
  end

  -- enters does so with a group, every width-th place of it, and returns the members
  -- that were in it.
  local function enters(group, width)
    local key, before, all = sets .. group[1], {}, {}
    for k = 2, #group, width do all[#all + 1] = numbers[group[k]] end
    local held = call('SMISMEMBER', key, unpack(all))
    for k = 1, #all do
      local j = group[2 + (k - 1) * width]
      if held[k] == 1 then
        before[#before + 1] = members[j]
      else
        moved[j] = moved[j] + 1
      end
    end
    if call('SADD', key, unpack(all)) > 0 then named[#named + 1] = group[1] end
    return before
  end

  for k = 1, #ones, 2 do
    if enter(ones[k], ones[k + 1]) then call('ZREM', sorted .. ones[k], members[ones[k + 1]]) end
  end
  for _, group in ipairs(adds) do
    local before = enters(group, 1)
    if #before > 0 then call('ZREM', sorted .. group[1], unpack(before)) end
  end
  for k = 1, #placed, 3 do
    enter(placed[k], placed[k + 1])
    call('ZADD', sorted .. placed[k], placed[k + 2], members[placed[k + 1]])
  end
  for _, group in ipairs(places) do
    enters(group, 2)
    local rows = {}
    for k = 2, #group, 2 do rows[k - 1], rows[k] = group[k + 1], members[group[k]] end
    call('ZADD', sorted .. group[1], unpack(rows))
  end
  for _, group in ipairs(removes) do
    local key, all, which = sets .. group[1], {}, {}
    for k = 2, #group do
      local j = group[k]
      if numbers[j] then all[#all + 1], which[#which + 1] = numbers[j], j end
    end
    if #all > 0 then
      local held, gone = call('SMISMEMBER', key, unpack(all)), {}
      for k, j in ipairs(which) do
        if held[k] == 1 then
          moved[j] = moved[j] - 1
          gone[#gone + 1] = members[j]
        end
      end
      if #gone > 0 then
        call('SREM', key, unpack(all))
        call('ZREM', sorted .. group[1], unpack(gone))
        if call('EXISTS', key) == 0 then unnamed[#unnamed + 1] = group[1] end
      end
    end
  end
  names(p .. 'x', named)
  each('ZREM', p .. 'x', unnamed)
  settle(p, members, packed, numbers, moved)

  local counted, zero = {}, {}
  for k = 1, #counts, 2 do
    local key, delta = counts[k], counts[k + 1]
    local sum = call('HINCRBY', p .. 'c', key, delta)
    if sum == 0 then
      zero[#zero + 1] = key
    elseif sum == tonumber(delta) then
      counted[#counted + 1] = key
    end
  end
  names(p .. 'k', counted)
  each('HDEL', p .. 'c', zero)
  each('ZREM', p .. 'k', zero)
end

-- admit says whether a batch may be written, and makes a life for it where there is
-- none. ARGV[1..4] are from, to, fence and token.
local function admit()
  local h = call('HMGET', KEYS[1], 'life', 'at', 'fence', 'by', 'torn', 'to')
  local life, at, fence, by, torn = h[1], h[2] or '', h[3], h[4], h[5] == '1'
  if h[6] then return 'pending' end
  if fence and ARGV[3] < fence then return 'fenced' end
  if torn then
    at = ''
  elseif at == ARGV[2] and by == ARGV[4] then
    return 'applied'
  end
  if at ~= ARGV[1] then return 'moved' end
  if torn then
    call('SADD', KEYS[3], content(life))
    call('HDEL', KEYS[1], 'at', 'by')
    life = false
  end
  if not life then
    life = string.format('%d', call('INCR', KEYS[2]))
    call('HSET', KEYS[1], 'life', life, 'torn', '0')
  end
  return 'ok', life
end
