-- Rows of a set. ARGV[1] is the request:
--   e, oldest, min, max        as the port has them, bounds as texts
--   legs                       indexes whose scores order the set
--   walks                      what to look at: {leg, after score, after member} goes
--                              along the scores of an index, {leg, cursor} through
--                              its members without score
--   version                    of the call before, nil at first
--   loose                      a batch in between does not matter
--   want, budget               rows after which a walk ends, and members it looks at
--   walked                     members looked at in this partition before
--   from                       score at which a gathering begins, nil at first
--   limit                      rows the page needs
-- Answers ok, version, then either gathered, looked, rows, or walked and for each walk
-- {done, looked, score or cursor, member, rows}, then the legs that have members
-- without score. Rows are member, score, and so on.
local r = cmsgpack.unpack(ARGV[1])
local gone = stale(r)
if gone then return gone end

local function within(s)
  return s >= r.low and s <= r.high
end

-- whole looks at all members of the indexes, and leaves away what comes after the
-- limit by its score alone.
local function whole(list)
  local seen, kept, looked = {}, {}, 0
  for _, index in ipairs(list) do
    slice(call('SMEMBERS', p .. 's:' .. index), function(v)
      v.of, looked = index, looked + #v.numbers
      local scores = score(r.e, v)
      for j = 1, #scores do
        local s = scores[j]
        if s and within(s) and not seen[v.numbers[j]] then
          if not r.from or s == r.from or (s > r.from) == r.oldest then
            seen[v.numbers[j]] = true
            kept[#kept + 1] = { s, v, j }
          end
        end
      end
    end)
  end
  -- Rows at the score of the cursor may come before it: they do not count.
  local edge, limit = nil, r.limit
  for _, k in ipairs(kept) do
    if k[1] == r.from then limit = limit + 1 end
  end
  if #kept > limit then
    table.sort(kept, function(a, b)
      if r.oldest then return a[1] < b[1] end
      return a[1] > b[1]
    end)
    edge = kept[limit][1]
  end
  local out = {}
  for _, k in ipairs(kept) do
    if edge and k[1] ~= edge and (k[1] > edge) == r.oldest then break end
    local v, j = k[2], k[3]
    out[#out + 1] = v.members and v.members[j] or members(v)[j]
    out[#out + 1] = k[1]
  end
  return { 'ok', version, 'gathered', looked, out }
end

local function along(w)
  local after
  if w[3] then after = { w[2], w[3] } end
  local low, high = range(r, w[1], after)
  local out, looked, at, last = {}, 0, w[2] or 0, w[3] or ''
  local n = r.want
  while low < high and looked < r.budget and #out < 2 * r.want do
    local names, scores
    names, scores, low, high = rows(r, w[1], low, high, math.min(n, VECTOR, r.budget - looked))
    local v = candidates(r.e, w[1], names, scores)
    local found = score(r.e, v)
    for j = 1, #found do
      if found[j] == scores[j] then
        out[#out + 1], out[#out + 2] = names[j], scores[j]
      end
    end
    looked, at, last, n = looked + #names, scores[#names], names[#names], n * 2
  end
  return { low >= high and 1 or 0, looked, at, last, out }
end

-- through goes through the members without score.
local function through(w)
  local key, index = p .. 's:' .. w[1], w[1]
  local out, looked, cursor, numbers = {}, 0, '0', nil
  if size(index) <= FEW then
    numbers = call('SMEMBERS', key)
  else
    cursor, numbers = unpack(call('SSCAN', key, w[2], 'COUNT', r.budget))
  end
  slice(numbers, function(v)
    v.of, looked = index, looked + #v.numbers
    local own, scores = score({ i = index }, v), score(r.e, v)
    for j = 1, #scores do
      if own[j] == 0 and scores[j] == 0 then
        out[#out + 1], out[#out + 2] = members(v)[j], 0
      end
    end
  end)
  return { cursor == '0' and 1 or 0, looked, cursor, '', out }
end

local least, list = bound(r.e)
if least == 0 then return { 'ok', version, 'gathered', 0, {} } end
local ordered = 0
for _, leg in ipairs(r.legs) do ordered = ordered + places(leg) end
-- To go along an order finds a row every ordered / least members, as far as can be
-- known; where it has looked at that many for nothing, all are looked at after all.
if least <= FEW and not (r.e.i and ordered == least)
  and (least <= FEWEST or least * least <= r.want * #r.walks * ordered or r.walked >= least) then
  return whole(list)
end
local out, zero = {}, {}
for k, w in ipairs(r.walks) do
  out[k] = #w == 2 and through(w) or along(w)
end
for k, leg in ipairs(r.legs) do
  if size(leg) > places(leg) then zero[#zero + 1] = k - 1 end
end
return { 'ok', version, 'walked', out, zero }
