// SPDX-License-Identifier: Apache-2.0
#include "pdp/access_words.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "wire/apps/modbus.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::control {

namespace {

using wire::Operation;
using wire::OperationClass;
using wire::PointType;

constexpr uint32_t kMaxValues = 1968;  // MODBUS Application Protocol V1.1b3, 6.11

Error wrong(const std::string& word, const std::string& expected) {
  return {ErrorCode::kInvalid, "'" + word + "' cannot stand here: expected " + expected};
}

// Which function a person means who says "read holding" (MODBUS Application Protocol V1.1b3, 6).
struct Usual {
  OperationClass cls;
  PointType type;
  uint16_t single;
  uint16_t multiple;
};
constexpr std::array kUsual = {
    Usual{OperationClass::kRead, PointType::kCoil, 1, 1},
    Usual{OperationClass::kRead, PointType::kDiscrete, 2, 2},
    Usual{OperationClass::kRead, PointType::kHolding, 3, 3},
    Usual{OperationClass::kRead, PointType::kInput, 4, 4},
    Usual{OperationClass::kWrite, PointType::kCoil, 5, 15},
    Usual{OperationClass::kWrite, PointType::kHolding, 6, 16},
};

Result<uint32_t> number(const std::string& word, uint32_t max, const std::string& what) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size() || value > max)
    return wrong(word, fmt::format("{}, 0 to {}", what, max));
  return value;
}

PointType point_type_of(std::string_view word) {
  for (uint8_t i = 1; i < wire::kPointTypeCount; ++i)
    if (wire::to_string(static_cast<PointType>(i)) == word) return static_cast<PointType>(i);
  return PointType::kNone;
}

// What the words say, before it is known which function it is.
struct Draft {
  OperationClass cls = OperationClass::kUnspecified;
  const wire::modbus::FunctionRow* function = nullptr;
  PointType type = PointType::kNone;
  uint32_t first = 0;
  uint32_t last = 0;
  std::vector<uint32_t> values;
  uint8_t unit = 1;
  uint16_t port = wire::modbus::kPort;
};

class Reader {
 public:
  explicit Reader(const std::vector<std::string>& words) : words_(words) {}

  [[nodiscard]] bool more() const { return at_ < words_.size(); }
  [[nodiscard]] const std::string& peek() const { return words_[at_]; }
  const std::string& take() { return words_[at_++]; }
  Result<std::string> need(const std::string& expected) {
    if (more()) return take();
    return Error{ErrorCode::kInvalid, "something is missing at the end: expected " + expected};
  }

 private:
  const std::vector<std::string>& words_;
  size_t at_ = 0;
};

Status read_subject(Reader& in, Draft& draft) {
  const std::string& word = in.take();
  draft.cls = wire::operation_class_of(word);
  if (draft.cls != OperationClass::kUnspecified) return {};
  draft.function = wire::modbus::function_named(word);
  if (draft.function != nullptr) return {};
  return wrong(word,
               "an operation class (read, write, ...) or a function name "
               "(write_single_register, ...)");
}

Status read_points(Reader& in, Draft& draft) {
  draft.type = point_type_of(in.take());
  Result<std::string> word = in.need("points, such as 10 or 10-19");
  if (!word) return std::move(word).error();
  const size_t dash = word->find('-');
  Result<uint32_t> first = number(word->substr(0, dash), 65'535, "a point");
  if (!first) return std::move(first).error();
  draft.first = draft.last = *first;
  if (dash == std::string::npos) return {};
  Result<uint32_t> last = number(word->substr(dash + 1), 65'535, "a point");
  if (!last) return std::move(last).error();
  if (*last < *first) return wrong(*word, "a range whose end is not before its begin");
  if (*last - *first >= 2000) return wrong(*word, "at most 2000 points");
  draft.last = *last;
  return {};
}

Status read_values(Reader& in, Draft& draft) {
  Result<std::string> word = in.need("a value");
  if (!word) return std::move(word).error();
  size_t begin = 0;
  while (begin <= word->size()) {
    const size_t comma = std::min(word->find(',', begin), word->size());
    std::string text = word->substr(begin, comma - begin);
    if (text == "on") text = "1";
    if (text == "off") text = "0";
    Result<uint32_t> value = number(text, 65'535, "a value");
    if (!value) return std::move(value).error();
    draft.values.push_back(*value);
    if (draft.values.size() > kMaxValues) return wrong("...", "fewer values");
    begin = comma + 1;
  }
  return {};
}

Status read_setting(Reader& in, Draft& draft) {
  const bool is_unit = in.take() == "unit";
  Result<std::string> word = in.need(is_unit ? "a unit number" : "a port number");
  if (!word) return std::move(word).error();
  Result<uint32_t> value = number(*word, is_unit ? 255 : 65'535, is_unit ? "a unit" : "a port");
  if (!value) return std::move(value).error();
  if (is_unit) {
    draft.unit = static_cast<uint8_t>(*value);
  } else {
    draft.port = static_cast<uint16_t>(*value);
  }
  return {};
}

Status read_part(Reader& in, Draft& draft) {
  const std::string& word = in.peek();
  const bool has_subject = draft.cls != OperationClass::kUnspecified || draft.function != nullptr;
  if (word == "unit" || word == "port") return read_setting(in, draft);
  if (!has_subject) return read_subject(in, draft);
  if (word == "=" && draft.type != PointType::kNone) {
    in.take();
    return read_values(in, draft);
  }
  if (draft.type == PointType::kNone && point_type_of(word) != PointType::kNone)
    return read_points(in, draft);
  return wrong(word, draft.type == PointType::kNone
                         ? "coil, discrete, holding or input with points, 'unit N' or 'port N'"
                         : "'= VALUE', 'unit N' or 'port N'");
}

// The function row that the draft stands for.
Result<const wire::modbus::FunctionRow*> function_of(const Draft& draft) {
  if (draft.function != nullptr) return draft.function;
  for (const Usual& usual : kUsual) {
    if (usual.cls != draft.cls || usual.type != draft.type) continue;
    const bool single = draft.first == draft.last;
    return wire::modbus::function_of(single ? usual.single : usual.multiple);
  }
  return Error{
      ErrorCode::kInvalid,
      fmt::format("modbus has no usual '{} {}': say which function, such as "
                  "write_single_register or read_device_identification",
                  wire::to_string(draft.cls),
                  draft.type == PointType::kNone ? "(no points)" : wire::to_string(draft.type))};
}

void put_values(const Draft& draft, OwnedOperation& out) {
  const size_t count = size_t{draft.last} - draft.first + 1;
  const bool bits = draft.type == PointType::kCoil;
  out.value_bytes.assign(bits ? (count + 7) / 8 : 2 * count, 0);
  for (size_t i = 0; i < count; ++i) {
    const uint32_t value = draft.values[draft.values.size() == 1 ? 0 : i];
    if (bits) {
      out.value_bytes[i / 8] |= static_cast<uint8_t>((value != 0 ? 1u : 0u) << (i % 8));
    } else {
      out.value_bytes[2 * i] = static_cast<uint8_t>(value >> 8);
      out.value_bytes[2 * i + 1] = static_cast<uint8_t>(value);
    }
  }
  wire::ValueView view;
  view.encoding = bits ? wire::ValueView::Encoding::kBits : wire::ValueView::Encoding::kBe16;
  view.count = static_cast<uint16_t>(count);
  view.bytes = out.value_bytes;
  (void)out.operation.values.push_back(view);
}

Result<OwnedOperation> operation_of(const Draft& draft) {
  Result<const wire::modbus::FunctionRow*> function = function_of(draft);
  if (!function) return std::move(function).error();
  const size_t points = size_t{draft.last} - draft.first + 1;
  if (draft.values.size() > 1 && draft.values.size() != points)
    return Error{ErrorCode::kInvalid, fmt::format("{} values for {} points: give one, or one each",
                                                  draft.values.size(), points)};
  OwnedOperation out;
  Operation& operation = out.operation;
  operation.app = wire::App::kModbus;
  operation.code = (*function)->code;
  operation.cls = (*function)->cls;
  operation.name = (*function)->name;
  operation.technique = (*function)->technique;
  operation.unit = draft.unit;
  if (draft.type != PointType::kNone)
    (void)operation.points.push_back({draft.type, operation.cls, draft.first, draft.last});
  if (!draft.values.empty()) put_values(draft, out);
  return out;
}

Result<AccessWords> parse_modbus(Reader& in) {
  Draft draft;
  while (in.more())
    if (Status part = read_part(in, draft); !part) return std::move(part).error();
  AccessWords access{.protocol = wire::ip_protocol::kTcp, .port = draft.port, .operation = {}};
  if (draft.cls == OperationClass::kUnspecified && draft.function == nullptr) return access;
  Result<OwnedOperation> operation = operation_of(draft);
  if (!operation) return std::move(operation).error();
  access.operation = std::move(*operation);
  return access;
}

Result<AccessWords> parse_transport(Reader& in, uint8_t protocol) {
  Result<std::string> word = in.need("a port number");
  if (!word) return std::move(word).error();
  Result<uint32_t> port = number(*word, 65'535, "a port");
  if (!port) return std::move(port).error();
  if (in.more()) return wrong(in.peek(), "nothing more");
  return AccessWords{protocol, static_cast<uint16_t>(*port), {}};
}

}  // namespace

Result<AccessWords> parse_access_words(const std::vector<std::string>& words) {
  if (words.empty() || words.size() > kMaxAccessWords)
    return Error{ErrorCode::kInvalid,
                 "say what is accessed: modbus ..., tcp PORT, udp PORT or icmp"};
  for (const std::string& word : words)
    if (word.size() > kMaxAccessWord) return wrong(word.substr(0, 20) + "...", "a shorter word");
  Reader in(words);
  const std::string service = in.take();
  if (service == "modbus") return parse_modbus(in);
  if (service == "tcp") return parse_transport(in, wire::ip_protocol::kTcp);
  if (service == "udp") return parse_transport(in, wire::ip_protocol::kUdp);
  if (service != "icmp") return wrong(service, "modbus, tcp, udp or icmp");
  if (in.more()) return wrong(in.peek(), "nothing more");
  return AccessWords{wire::ip_protocol::kIcmp, 0, {}};
}

std::string to_string(const AccessWords& words) {
  if (words.protocol == wire::ip_protocol::kIcmp) return "icmp";
  if (!words.operation)
    return fmt::format("{} {}", words.protocol == wire::ip_protocol::kUdp ? "udp" : "tcp",
                       words.port);
  const Operation& operation = words.operation->operation;
  std::string text = "modbus " + std::string(operation.name);
  for (const wire::PointRange& range : operation.points) {
    text += fmt::format(" {} {}", wire::to_string(range.type), range.first);
    if (range.last != range.first) text += fmt::format("-{}", range.last);
  }
  for (const wire::ValueView& view : operation.values)
    text += fmt::format(" = {}{}", view.at(0), view.count > 1 ? ",..." : "");
  return text + fmt::format(", unit {}", operation.unit);
}

}  // namespace bulkhead::control
