// SPDX-License-Identifier: Apache-2.0
#include "dissect/pdu_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/byte_order.h"
#include "dissect/json_text.h"

namespace bulkhead::dataplane {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

std::string time_of(int64_t wall_ns) {
  return fmt::format("{}.{:09}", wall_ns / kSecond, wall_ns % kSecond);
}

// A point in words of its type: what contains it, where it begins and ends, what more there is.
void add_cip_object(std::string& out, const wire::PointRange& range) {
  const auto instance = [](uint64_t point) { return point >> 16 & 0xffff'ffff; };
  out += fmt::format(R"(,"class":{},"from":{},"to":{},"attribute":{})", range.first >> 48,
                     instance(range.first), instance(range.last), range.first & 0xffff);
}

void add_counted(std::string& out, const wire::PointRange& range) {
  const wire::PointTypeFacts& facts = facts_of(range.type);
  const uint64_t mask = facts.shift == 0 ? UINT64_MAX : (uint64_t{1} << facts.shift) - 1;
  if (facts.shift != 0)
    out += fmt::format(R"(,"{}":{})", facts.container, range.first >> facts.shift);
  out += fmt::format(R"(,"from":{},"to":{})", range.first & mask, range.last & mask);
}

std::string object_text(uint32_t detail) {
  return fmt::format("g{}v{}", detail >> 8, detail & 0xff);
}

void add_point(std::string& out, const wire::PointRange& range) {
  const wire::PointTypeFacts& facts = facts_of(range.type);
  out += fmt::format(R"({{"type":"{}","access":"{}")", facts.name, to_string(range.access));
  if (range.type == wire::PointType::kCipObject)
    add_cip_object(out, range);
  else
    add_counted(out, range);
  if (facts.detail == "object")
    out += fmt::format(R"(,"object":"{}")", object_text(range.detail));
  else if (!facts.detail.empty())
    out += fmt::format(R"(,"{}":{})", facts.detail, range.detail);
  if (!range.scope.empty()) out += R"(,"scope":)" + json_string(range.scope);
  if (!range.name.empty()) out += R"(,"name":)" + json_string(range.name);
  out += '}';
}

double number_of(wire::App app, uint64_t value) {
  return app == wire::App::kModbus ? static_cast<double>(value) : wire::ordered_value(value);
}

// The point's object with the value and the limit in it.
void add_refused(std::string& out, wire::App app, const Refused& refused) {
  out += R"(,"refused":)";
  add_point(out, refused.points);
  out.pop_back();
  if (refused.value != wire::kNoValueKey)
    out += R"(,"value":)" + json_number(number_of(app, refused.value));
  if (!refused.limit.empty()) out += fmt::format(R"(,"limit":"{}")", refused.limit);
  out += '}';
}

// Names of the policy are without quotes and control characters (policy::name_ok).
void add_verdict(std::string& out, wire::App app, const Verdict& verdict) {
  out += fmt::format(R"(,"verdict":"{}","relationship":"{}","reason":"{}")", verdict.verdict,
                     verdict.relationship, verdict.reason);
  if (verdict.refused) add_refused(out, app, *verdict.refused);
}

void add_points(std::string& out, const Pdu& pdu) {
  out += R"(,"points":[)";
  for (size_t i = 0; i < pdu.points.size(); ++i) {
    if (i != 0) out += ',';
    add_point(out, pdu.points[i]);
  }
  out += ']';
}

std::vector<std::string> values_of(const wire::Operation& op) {
  std::vector<std::string> out;
  for (const wire::ValueView& view : op.values) {
    if (view.encoding == wire::ValueView::Encoding::kBytes) out.push_back(hex_string(view.bytes));
    if (view.encoding == wire::ValueView::Encoding::kBytes) continue;
    for (size_t i = 0; i < view.count; ++i) out.push_back(json_number(view.number(i)));
  }
  for (size_t i = 0; i + 1 < op.answer.size(); i += 2)
    out.push_back(std::to_string(load_be<uint16_t>(&op.answer[i])));
  return out;
}

void add_values(std::string& out, const wire::Operation& op) {
  const std::vector<std::string> values = values_of(op);
  if (!values.empty()) out += fmt::format(R"(,"values":[{}])", fmt::join(values, ","));
}

void add_operation(std::string& out, const Pdu& pdu) {
  const wire::Operation& op = *pdu.operation;
  const auto [function, sub] = code_parts(op.app, op.code);
  out += fmt::format(R"(,"op":{},"code":{})", json_string(op.name), function);
  if (sub != 0) out += fmt::format(R"(,"sub":{})", sub);
  out += fmt::format(R"(,"class":"{}","unit":{})", to_string(op.cls), op.unit);
  if (op.from_unit != 0) out += fmt::format(R"(,"from_unit":{})", op.from_unit);
  if (op.is_exception) out += fmt::format(R"(,"exception":{})", op.exception_code);
  if (op.opaque) out += R"(,"opaque":true)";
  if (op.clipped) out += R"(,"clipped":true)";
  if (op.out_of_turn) out += R"(,"out_of_turn":true)";
  add_points(out, pdu);
  add_values(out, op);
  out += fmt::format(R"(,"request_id":{})", op.request_id);
  if (pdu.unasked) out += R"(,"unasked":true)";
}

std::string point_text(const wire::PointRange& range) {
  std::string out(to_string(range.type));
  if (!range.scope.empty()) out += fmt::format(" {}", json_string(range.scope));
  if (!range.name.empty()) return out + ' ' + json_string(range.name);
  const wire::PointTypeFacts& facts = facts_of(range.type);
  const uint64_t mask = facts.shift == 0 ? UINT64_MAX : (uint64_t{1} << facts.shift) - 1;
  if (facts.shift != 0) out += fmt::format(" {}:", range.first >> facts.shift);
  out += fmt::format(" {}", range.first & mask);
  if (range.last != range.first) out += fmt::format("-{}", range.last & mask);
  return out;
}

std::string operation_text(const Pdu& pdu) {
  constexpr size_t kMost = 8;
  const wire::Operation& op = *pdu.operation;
  std::string out(op.name);
  if (op.is_exception) out += fmt::format(" exception {}", op.exception_code);
  if (op.out_of_turn) out += " out of turn";
  for (size_t i = 0; i < std::min(pdu.points.size(), kMost); ++i)
    out += ' ' + point_text(pdu.points[i]);
  if (pdu.points.size() > kMost) out += fmt::format(" and {} more", pdu.points.size() - kMost);
  const std::vector<std::string> values = values_of(op);
  for (size_t i = 0; i < std::min(values.size(), kMost); ++i)
    out += fmt::format("{}{}", i == 0 ? " = " : ", ", values[i]);
  if (values.size() > kMost) out += fmt::format(" and {} more", values.size() - kMost);
  return out + fmt::format(", unit {}", op.unit);
}

std::string refused_text(wire::App app, const Refused& refused) {
  std::string out = point_text(refused.points);
  if (refused.value != wire::kNoValueKey) out += " = " + json_number(number_of(app, refused.value));
  return refused.limit.empty() ? out : out + ", " + refused.limit;
}

wire::Direction direction_of(const Pdu& pdu) {
  if (pdu.operation != nullptr) return pdu.operation->direction;
  return pdu.to_server ? wire::Direction::kRequest : wire::Direction::kResponse;
}

std::string source_of(const PduPlace& at) {
  return at.src_mac ? to_string(*at.src_mac) : to_string(at.src);
}

std::string destination_of(const PduPlace& at) {
  return at.dst_mac ? to_string(*at.dst_mac) : to_string(at.dst);
}

}  // namespace

std::string json_line(const Pdu& pdu, const Verdict* verdict) {
  const PduPlace& at = pdu.place;
  std::string out = fmt::format(
      R"({{"frame":{},"time":{},"src":"{}","sport":{},"dst":"{}","dport":{},"protocol":"{}","direction":"{}")",
      at.frame, time_of(at.wall_ns), source_of(at), at.sport, destination_of(at), at.dport,
      to_string(pdu.app), to_string(direction_of(pdu)));
  if (pdu.operation != nullptr)
    add_operation(out, pdu);
  else
    out += fmt::format(R"(,"fault":{{"kind":"{}","offset":{}}})", to_string(pdu.fault.kind),
                       pdu.fault.offset);
  if (verdict != nullptr) add_verdict(out, pdu.app, *verdict);
  return out + '}';
}

std::string text_line(const Pdu& pdu, const Verdict* verdict) {
  const PduPlace& at = pdu.place;
  std::string out = fmt::format("{:>7} {} {}:{} > {}:{} {} {} ", at.frame, time_of(at.wall_ns),
                                source_of(at), at.sport, destination_of(at), at.dport,
                                to_string(pdu.app), to_string(direction_of(pdu)));
  out += pdu.operation != nullptr
             ? operation_text(pdu)
             : fmt::format("FAULT {} at byte {}", to_string(pdu.fault.kind), pdu.fault.offset);
  if (pdu.unasked) out += ", unasked";
  if (verdict == nullptr) return out;
  out += fmt::format("  {}", verdict->verdict);
  if (!verdict->relationship.empty()) out += fmt::format(" {}", verdict->relationship);
  std::string why(verdict->reason);
  if (verdict->refused) why += (why.empty() ? "" : ": ") + refused_text(pdu.app, *verdict->refused);
  return why.empty() ? out : out + fmt::format(" ({})", why);
}

}  // namespace bulkhead::dataplane
