// SPDX-License-Identifier: Apache-2.0
#include "policy_gen.h"

#include <algorithm>
#include <cstdio>
#include <random>

#include "overlay/codec.h"
#include "policy/schedule.h"
#include "wire/apps/value_key.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::test {
namespace {

using policy::NumberRange;
using policy::SelectorTerm;
using wire::OperationClass;
using wire::PointType;
using Kind = SelectorTerm::Kind;

constexpr uint32_t kIdentities = 6;
constexpr int64_t kHalfHour = 1800ll * 1'000'000'000;

std::string identity_name(uint32_t i) {
  return "id-" + std::to_string(i);
}
std::string value(Dice& dice) {
  return std::string(1, static_cast<char>('a' + dice.roll(3)));
}
std::string key(Dice& dice) {
  return dice.pick<const char*>({"role", "cell"});
}

SelectorTerm random_term(Dice& dice) {
  SelectorTerm term;
  term.kind = dice.pick({Kind::kIn, Kind::kName, Kind::kExists, Kind::kNotIn});
  if (term.kind != Kind::kName) term.key = key(dice);
  if (term.kind == Kind::kExists) return term;
  for (uint32_t n = 1 + dice.roll(3); n > 0; --n)
    term.values.push_back(term.kind == Kind::kName ? identity_name(dice.roll(kIdentities))
                                                   : value(dice));
  return term;
}

policy::Selector random_selector(Dice& dice) {
  policy::Selector out;
  for (uint32_t n = dice.one_in(3) ? 2 : 1; n > 0; --n) out.terms.push_back(random_term(dice));
  return out;
}

NumberRange random_range(Dice& dice, uint32_t span) {
  const uint32_t first = dice.roll(span);
  return {first, std::min(first + dice.roll(8), span - 1)};
}

std::vector<NumberRange> random_ranges(Dice& dice, uint32_t span) {
  std::vector<NumberRange> out;
  for (uint32_t n = 1 + dice.roll(3); n > 0; --n) out.push_back(random_range(dice, span));
  return out;
}

uint16_t random_code(Dice& dice) {
  return dice.pick<uint16_t>({3, 6, 16, 22, 8, 90, 0x0108, 0x0e2b, 255});
}

OperationClass random_class(Dice& dice) {
  return dice.pick({OperationClass::kRead, OperationClass::kWrite, OperationClass::kRead,
                    OperationClass::kWrite, OperationClass::kDiagnose, OperationClass::kProgram});
}

PointType random_point_type(Dice& dice) {
  return dice.pick(
      {PointType::kHolding, PointType::kCoil, PointType::kHolding, PointType::kFileRecord});
}

// Wide where there is a step, so that many operations come as far as that.
void random_limits(Dice& dice, policy::OperationRule& rule) {
  if (dice.one_in(2)) rule.rate = policy::Rate{1 + dice.roll(3), 60, 1 + dice.roll(4)};
  if (rule.cls != OperationClass::kWrite || dice.one_in(3)) return;
  rule.points = {{PointType::kHolding, {{0, 23}}}};
  if (dice.one_in(3)) rule.points = {{PointType::kHolding, random_ranges(dice, 24)}};
  rule.units.clear();
  rule.functions.clear();
  rule.value.reset();
  rule.max_step = 1 + dice.roll(8);
}

policy::OperationRule random_rule(Dice& dice) {
  policy::OperationRule rule;
  rule.cls = random_class(dice);
  if (dice.one_in(4)) {
    for (uint32_t n = 1 + dice.roll(3); n > 0; --n) rule.functions.push_back(random_code(dice));
  }
  if (dice.one_in(4)) rule.units = random_ranges(dice, 4);
  if (!dice.one_in(3)) {
    for (uint32_t n = 1 + dice.roll(2); n > 0; --n)
      rule.points[random_point_type(dice)] = random_ranges(dice, 24);
  }
  if (dice.one_in(2)) rule.value = random_range(dice, 16);
  random_limits(dice, rule);
  return rule;
}

// --- rules and operations of protocols other than Modbus: wide ones ---

uint32_t random_wide_code(Dice& dice) {
  return dice.pick<uint32_t>({4, 5, 0x2'0028, 0x0100'0004, 0xffff'ffff});
}

uint64_t random_real(Dice& dice) {
  return wire::ordered_key(static_cast<double>(dice.roll(16)) - 6 + (dice.one_in(2) ? 0.5 : 0));
}

policy::NamePattern random_pattern(Dice& dice, const wire::PointWord& word) {
  policy::NamePattern out;
  out.text = dice.pick<const char*>({"", "a", "ab", "A", "s/", "s/a", "Ab"});
  out.prefix = out.text.empty() || dice.one_in(2);
  if (word.shift != 0 && dice.one_in(2)) out.container = dice.roll(2);
  return out;
}

// One stack, one port: a connection is inspected as one of them.
struct WidePort {
  wire::App stack;
  uint16_t port;
};
constexpr WidePort kWidePorts[] = {{wire::App::kModbus, 502},
                                   {wire::App::kDnp3, 503},
                                   {wire::App::kCotp, 504},
                                   {wire::App::kOpcua, 505},
                                   {wire::App::kEnip, 506}};

uint16_t port_of(wire::App app) {
  for (const WidePort& row : kWidePorts)
    if (row.stack == wire::stack_of(app)) return row.port;
  return 0;
}

// Those of a port above.
const wire::Vocabulary& random_vocabulary(Dice& dice) {
  std::vector<const wire::Vocabulary*> rows;
  for (const wire::Vocabulary& row : wire::vocabularies())
    if (port_of(row.app) != 0 && !row.points.empty() && row.app != wire::App::kModbus)
      rows.push_back(&row);
  return *rows[dice.roll(static_cast<uint32_t>(rows.size()))];
}

const wire::PointWord& random_word(Dice& dice, const wire::Vocabulary& row) {
  return row.points[dice.roll(static_cast<uint32_t>(std::min<size_t>(row.points.size(), 3)))];
}

// With a container on top where there are such.
NumberRange random_wide_range(Dice& dice, const wire::PointWord& word) {
  const NumberRange low = random_range(dice, 24);
  const uint64_t container = word.shift == 0 ? 0 : uint64_t{dice.roll(2)} << word.shift;
  return {container | low.first, container | low.last};
}

policy::OperationRule random_wide_rule(Dice& dice, const wire::Vocabulary& row) {
  policy::OperationRule rule;
  rule.cls = random_class(dice);
  for (uint32_t n = dice.roll(6) % 3; n > 0; --n) rule.functions.push_back(random_wide_code(dice));
  if (dice.one_in(4) && row.last_unit >= 4) rule.units = random_ranges(dice, 4);
  for (uint32_t n = dice.roll(3); n > 0; --n) {
    const wire::PointWord& word = random_word(dice, row);
    if (word.last != 0)
      rule.points[word.type] = {random_wide_range(dice, word), random_wide_range(dice, word)};
    if (word.named && dice.one_in(2))
      rule.names[word.type] = {random_pattern(dice, word), random_pattern(dice, word)};
  }
  if (dice.one_in(3)) {
    const uint64_t a = random_real(dice), b = random_real(dice);
    rule.value = NumberRange{std::min(a, b), std::max(a, b)};
  }
  if (dice.one_in(3)) rule.rate = policy::Rate{1 + dice.roll(3), 60, 1 + dice.roll(4)};
  return rule;
}

void random_wide_values(Dice& dice, OwnedOperation& out, size_t& used) {
  using Encoding = wire::ValueView::Encoding;
  wire::ValueView view;
  view.encoding = dice.pick({Encoding::kI8, Encoding::kU8, Encoding::kBytes});
  view.count = static_cast<uint16_t>(dice.roll(5));
  for (size_t i = 0; i < view.count; ++i)
    out.bytes[used + i] = static_cast<uint8_t>(static_cast<int>(dice.roll(16)) - 6);
  view.bytes = std::span<const uint8_t>(out.bytes).subspan(used, view.count);
  used += view.count;
  out.operation.add_values(view);
}

void random_wide_points(Dice& dice, const wire::Vocabulary& row, OwnedOperation& out) {
  wire::Operation& op = out.operation;
  size_t used = 0;
  for (uint32_t n = dice.roll(4) % 3; n > 0; --n) {
    const wire::PointWord& word = random_word(dice, row);
    const NumberRange range = random_wide_range(dice, word);
    wire::PointRange point{word.type, dice.one_in(3) ? random_class(dice) : op.cls, range.first,
                           range.last};
    if (wire::container_in_detail(word.type)) {
      point.detail = dice.roll(2);
      point.first &= 0xffff'ffff;
      point.last = point.first;
    }
    if (dice.one_in(2)) point.name = dice.pick<const char*>({"a", "ab", "Ab", "b", "abc"});
    if (!point.name.empty() && dice.one_in(3)) point.scope = "s";
    if (!point.name.empty() && word.shift != 0 && !dice.one_in(4)) {  // else of another kind
      point.first = point.first >> word.shift << word.shift;
      point.last = point.first;
    }
    op.add_point(point);
    if (dice.one_in(2)) random_wide_values(dice, out, used);
  }
}

// --- what passes unread ---

void random_opaque_terms(Dice& dice, policy::Service& service) {
  if (!dice.one_in(3)) return;
  policy::OpaqueTerms out;
  out.min_version = dice.pick<uint16_t>({0x0303, 0x0303, 0x0301, 0x0304});
  for (uint32_t n = dice.roll(6) % 3; n > 0; --n)
    out.server_names.emplace_back(dice.pick<const char*>({"a", "A", "b.c"}));
  if (dice.one_in(3)) out.rate = policy::Rate{1 + dice.roll(3), 60, 1 + dice.roll(4)};
  service.opaque = out;
}

// TLS, or a protocol's own encryption, over whatever was asked for before.
void make_opaque(Dice& dice, wire::Operation& op) {
  op.opaque = true;
  op.cls = dice.one_in(4) ? OperationClass::kSession : OperationClass::kUnspecified;
  op.clipped = false;
  op.points.clear();
  op.values.clear();
  if (dice.one_in(3)) return;
  op.app = wire::App::kTls;
  for (uint32_t n = dice.roll(4) % 3; n > 0; --n) {
    const auto version = dice.pick<uint16_t>({0x0301, 0x0303, 0x0304});
    op.add_point({PointType::kTlsVersion, OperationClass::kUnspecified, version, version});
  }
  if (dice.one_in(2))
    op.add_point({PointType::kTlsServerName, OperationClass::kUnspecified, 0, 0, 0,
                  dice.pick<const char*>({"a", "A", "B.c", "d"})});
}

policy::Service random_service(Dice& dice) {
  policy::Service out;
  const uint32_t kind = dice.roll(6);
  out.protocol = kind == 5 ? wire::ip_protocol::kIcmp
                           : (kind == 4 ? wire::ip_protocol::kUdp : wire::ip_protocol::kTcp);
  if (kind == 5) return out;
  if (kind >= 3) {
    out.ports = {{502, 502 + dice.roll(3)}, {80, 80}};
    if (kind == 3 && dice.one_in(3))
      out.protocols = dice.pick<match::ProtocolMask>(
          {match::kAnyProtocol, match::bit(match::Protocol::kHttp),
           match::bit(match::Protocol::kSsh) | match::bit(match::Protocol::kModbus)});
    return out;
  }
  out.ports = {{502, 502}};
  if (dice.one_in(2)) {
    const wire::Vocabulary& row = random_vocabulary(dice);
    out.app = row.app;
    out.ports = {{port_of(row.app), port_of(row.app)}};
    random_opaque_terms(dice, out);
    for (uint32_t n = dice.roll(4); n > 0; --n) out.allow.push_back(random_wide_rule(dice, row));
    return out;
  }
  out.app = wire::App::kModbus;
  random_opaque_terms(dice, out);
  for (uint32_t n = dice.roll(4); n > 0; --n) out.allow.push_back(random_rule(dice));
  return out;
}

void random_window(Dice& dice, policy::Relationship& out) {
  if (!dice.one_in(3)) return;
  if (dice.one_in(2)) out.from_wall_ns = dice.roll(8) * 10;
  if (dice.one_in(2)) out.until_wall_ns = out.from_wall_ns.value_or(0) + 1 + dice.roll(8) * 10;
}

// Zones that changed their clocks in 1970, and two that did not.
void random_schedules(Dice& dice, policy::Relationship& out) {
  if (!dice.one_in(3)) return;
  for (uint32_t n = 1 + dice.roll(2); n > 0; --n) {
    const uint32_t from = dice.roll(23);
    char text[64];
    std::snprintf(
        text, sizeof text, "%s %02u:%02u-%02u:00 %s",
        dice.pick<const char*>({"daily", "Mon-Fri", "Sat-Mon", "Sun", "Wed,Thu"}), from,
        dice.roll(2) * 30, (from + 1 + dice.roll(22)) % 24,
        dice.pick<const char*>({"UTC", "America/New_York", "Asia/Kolkata", "America/Los_Angeles"}));
    auto schedule = policy::parse_schedule(text);
    if (schedule) out.schedules.push_back(std::move(*schedule));
  }
}

void random_points(Dice& dice, OwnedOperation& out) {
  wire::Operation& op = out.operation;
  size_t used = 0;
  for (uint32_t n = dice.roll(4) % 3; n > 0; --n) {
    const auto range = random_range(dice, 24);
    const auto access = dice.one_in(3) ? random_class(dice) : op.cls;
    const auto index = static_cast<uint8_t>(op.points.size());
    (void)op.points.push_back({random_point_type(dice), access, range.first, range.last});
    if (dice.one_in(4)) continue;
    const bool bits = dice.one_in(3);
    const auto count =
        static_cast<uint16_t>(range.last - range.first + 1 - (dice.one_in(8) ? 1 : 0));
    const size_t size = bits ? (count + 7u) / 8 : count * 2u;
    for (size_t i = 0; i < size; ++i)
      out.bytes[used + i] = static_cast<uint8_t>(bits || i % 2 == 1 ? dice.roll(16) : 0);
    (void)op.values.push_back(
        {bits ? wire::ValueView::Encoding::kBits : wire::ValueView::Encoding::kBe16, index, count,
         std::span<const uint8_t>(out.bytes).subspan(used, size)});
    used += size;
  }
}

template <typename T, typename Random>
void shuffle(std::vector<T>& items, Random& random) {
  std::shuffle(items.begin(), items.end(), random);
}

}  // namespace

policy::Relationship random_relationship(Dice& dice, const std::string& name) {
  policy::Relationship out;
  out.name = name;
  out.from = random_selector(dice);
  out.to = random_selector(dice);
  for (uint32_t n = 1 + dice.roll(2); n > 0; --n) out.services.push_back(random_service(dice));
  out.mode = dice.one_in(4) ? policy::Mode::kMonitor : policy::Mode::kEnforce;
  out.refuse_with = dice.one_in(2) ? policy::RefuseWith::kDrop : policy::RefuseWith::kReset;
  out.on_end = dice.pick({policy::OnEnd::kCut, policy::OnEnd::kDrain, policy::OnEnd::kReadOnly});
  random_window(dice, out);
  random_schedules(dice, out);
  for (uint32_t n = dice.roll(6) % 3; n > 0 && dice.one_in(2); --n)
    out.posture.push_back(dice.pick<const char*>({"patched", "healthy"}));
  out.is_grant = out.until_wall_ns && dice.one_in(2);
  out.subject = out.is_grant ? "somebody" : "";
  return out;
}

policy::Veto random_veto(Dice& dice, const std::string& name) {
  policy::Veto out;
  out.name = name;
  out.from = dice.one_in(2) ? random_selector(dice) : policy::Selector{{}, true, {}};
  out.to = dice.one_in(2) ? random_selector(dice) : policy::Selector{{}, true, {}};
  for (uint32_t n = dice.roll(4) % 3; n > 0; --n) out.operations.push_back(random_class(dice));
  return out;
}

policy::Policy random_policy(Dice& dice) {
  policy::Policy out;
  for (uint32_t i = 0; i < kIdentities; ++i) {
    policy::Identity identity;
    identity.name = identity_name(i);
    identity.bind = policy::Binding{dice.pick<const char*>({"gw-1", "gw-2"}), "zone0",
                                    wire::kNoVlan, MacAddress::unpacked(0x02'00'00'00'00'00 + i),
                                    IpAddress::v4(0x0a00'0001 + i)};
    if (!dice.one_in(4)) identity.labels["role"] = value(dice);
    if (!dice.one_in(4)) identity.labels["cell"] = value(dice);
    out.identities.push_back(identity);
  }
  for (uint32_t n = dice.roll(8); n > 0; --n)
    out.relationships.push_back(random_relationship(dice, "rel-" + std::to_string(n)));
  for (uint32_t n = dice.one_in(2) ? 1 + dice.roll(3) : 0; n > 0; --n)
    out.vetoes.push_back(random_veto(dice, "veto-" + std::to_string(n)));
  return out;
}

overlay::Overlay random_overlay(Dice& dice) {
  overlay::Overlay out;
  out.number = 1;
  out.gateway = kGateway;
  for (uint32_t n = dice.roll(3); n > 0; --n) {
    const auto target =
        dice.pick({overlay::LockTarget::kIdentity, overlay::LockTarget::kIdentity,
                   overlay::LockTarget::kRelationship, overlay::LockTarget::kGateway});
    out.locks.push_back({target, target == overlay::LockTarget::kIdentity
                                     ? identity_name(dice.roll(kIdentities + 1))
                                 : target == overlay::LockTarget::kRelationship
                                     ? "rel-" + std::to_string(1 + dice.roll(8))
                                     : dice.pick<const char*>({"gw-1", "gw-9"})});
  }
  for (uint32_t n = dice.roll(5) % 3; n > 0; --n) {
    overlay::Island island{"island-" + std::to_string(dice.roll(100)), "", {}};
    if (dice.one_in(4)) island.gateway = "gw-2";
    for (uint32_t m = island.gateway.empty() ? dice.roll(5) : 0; m > 0; --m)
      island.members.push_back(identity_name(dice.roll(kIdentities + 1)));
    out.islands.push_back(island);
  }
  for (uint32_t n = dice.roll(10); n > 0; --n)
    out.facts.push_back(
        {identity_name(dice.roll(kIdentities + 1)),
         dice.pick<const char*>({"patched", "healthy", "unheard-of"}),
         dice.one_in(2) ? int64_t{dice.roll(20)} * 10 : int64_t{dice.roll(256)} * 68 * kHalfHour});
  overlay::normalise(out);
  return out;
}

void random_operation(Dice& dice, OwnedOperation& out) {
  out.operation = wire::Operation{};
  out.operation.app = dice.one_in(16) ? wire::App::kNone : wire::App::kModbus;
  out.operation.cls = dice.one_in(12) ? OperationClass::kUnspecified : random_class(dice);
  out.operation.code = random_code(dice);
  out.operation.unit = dice.roll(4);
  if (dice.one_in(8)) return make_opaque(dice, out.operation);
  if (!dice.one_in(2)) return random_points(dice, out);
  const wire::Vocabulary& row = random_vocabulary(dice);
  out.operation.app = dice.one_in(8) ? wire::App::kCotp : row.app;
  out.operation.code = random_wide_code(dice);
  // Units of Modbus are a byte, in what it carries too.
  const bool wide = row.app != wire::App::kUmas;
  if (dice.one_in(6) && wide) out.operation.unit = 70'000;
  if (dice.one_in(6)) out.operation.cls = OperationClass::kSession;
  out.operation.clipped = dice.one_in(16);
  random_wide_points(dice, row, out);
  if (dice.one_in(8)) make_opaque(dice, out.operation);
}

policy::AccessRequest random_request(Dice& dice) {
  policy::AccessRequest out;
  out.source = dice.one_in(32) ? "" : identity_name(dice.roll(kIdentities));
  out.destination = dice.one_in(32) ? "nobody" : identity_name(dice.roll(kIdentities));
  out.protocol = dice.pick<uint8_t>({6, 6, 6, 6, 17, 1, 58});
  const bool echo = out.protocol == 1 || out.protocol == 58;
  out.port =
      echo ? uint16_t{0} : dice.pick<uint16_t>({502, 502, 502, 503, 503, 504, 504, 505, 506, 80});
  out.wall_ns = int64_t{dice.roll(20)} * 10 + dice.pick<int>({0, 0, 1, -1});
  // Half of the questions are asked some time in 1970, not only in its first moments.
  if (dice.one_in(2)) out.wall_ns += (int64_t{dice.roll(256)} * 34 * 2 + dice.roll(64)) * kHalfHour;
  return out;
}

policy::Policy shuffled(policy::Policy policy, uint64_t seed) {
  std::mt19937_64 random(seed);
  shuffle(policy.identities, random);
  shuffle(policy.vetoes, random);
  shuffle(policy.relationships, random);
  for (auto& relationship : policy.relationships) {
    shuffle(relationship.services, random);
    shuffle(relationship.schedules, random);
    shuffle(relationship.posture, random);
    shuffle(relationship.from.terms, random);
    for (auto& term : relationship.to.terms) shuffle(term.values, random);
    for (auto& service : relationship.services) {
      shuffle(service.ports, random);
      shuffle(service.allow, random);
      if (service.opaque) shuffle(service.opaque->server_names, random);
      for (auto& rule : service.allow) {
        shuffle(rule.functions, random);
        shuffle(rule.units, random);
        for (auto& [type, ranges] : rule.points) shuffle(ranges, random);
        for (auto& [type, names] : rule.names) shuffle(names, random);
      }
    }
  }
  for (auto& veto : policy.vetoes) shuffle(veto.operations, random);
  return policy;
}

}  // namespace bulkhead::test
