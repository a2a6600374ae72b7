-- The documents ARGV, in order, false where there is none.
local found = call('HMGET', p .. 'd', unpack(ARGV))
return { 'ok', found }
