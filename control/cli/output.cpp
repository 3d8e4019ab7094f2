// SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <iostream>

#include "cli/text_width.h"

namespace bulkhead::cli {

namespace {

bool on_terminal() {
  static const bool value = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  return value;
}

std::string padded(const std::string& text, size_t to, Table::Align align) {
  const std::string space(to - std::min(to, display_width(text)), ' ');
  return align == Table::Align::kRight ? space + text : text + space;
}

}  // namespace

std::string paint(Colour colour, std::string_view text) {
  constexpr std::array<std::string_view, 6> kCodes = {"", "31", "32", "33", "2", "1"};
  const std::string_view code = kCodes[static_cast<size_t>(colour)];
  if (code.empty() || !on_terminal()) return std::string(text);
  return fmt::format("\033[{}m{}\033[0m", code, text);
}

std::vector<std::string> Table::lines() const {
  std::vector<size_t> widths;
  for (size_t c = 0; c < columns_.size(); ++c) {
    size_t most = display_width(columns_[c].title);
    for (const auto& row : rows_) most = std::max(most, display_width(row[c]));
    widths.push_back(most);
  }
  const auto line = [&](const auto& cell) {
    std::string out;
    for (size_t c = 0; c < columns_.size(); ++c) {
      out += c == 0 ? "" : "  ";
      out += padded(cell(c), widths[c], columns_[c].align);
    }
    out.erase(out.find_last_not_of(' ') + 1);
    return out;
  };
  std::vector<std::string> out = {line([&](size_t c) { return columns_[c].title; })};
  for (const auto& row : rows_) out.push_back(line([&](size_t c) { return row[c]; }));
  return out;
}

std::string Table::text() const {
  std::string out;
  for (const std::string& line : lines())
    out += (out.empty() ? paint(Colour::kBold, line) : line) + "\n";
  return out;
}

std::string json_text(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  (void)google::protobuf::util::MessageToJsonString(message, &text, options);
  return text;
}

void print_json(const google::protobuf::Message& message) {
  std::cout << json_text(message) << std::endl;  // flushed: streams are piped
}

std::string to_line(const v1::ErrorDetail& detail) {
  std::string line;
  if (!detail.file().empty()) line += detail.file() + ":";
  if (detail.line() != 0) line += fmt::format("{}:{}:", detail.line(), detail.column());
  if (!line.empty()) line += " ";
  line += detail.severity() == v1::SEVERITY_WARNING ? "warning: " : "error: ";
  if (!detail.object().empty()) line += detail.object() + ": ";
  return line + detail.sentence();
}

int report(const CallError& error) {
  if (error.details.empty()) std::cerr << "bulkhead: " << error.sentence << "\n";
  for (const v1::ErrorDetail& detail : error.details) std::cerr << to_line(detail) << "\n";
  return error.unreachable ? kUnreachable : kRefused;
}

std::string count(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, " ");
  return digits;
}

std::string duration(uint64_t ns) {
  if (ns < 10'000) return fmt::format("{} ns", ns);
  if (ns < 10'000'000) return fmt::format("{} us", ns / 1000);
  if (ns < 10'000'000'000) return fmt::format("{} ms", ns / 1'000'000);
  const uint64_t s = ns / 1'000'000'000;
  if (s < 600) return fmt::format("{} s", s);
  if (s < 86'400) return fmt::format("{} h {} min", s / 3600, s / 60 % 60);
  return fmt::format("{} d {} h", s / 86'400, s / 3600 % 24);
}

std::string hex(std::string_view bytes, size_t most) {
  std::string text;
  for (const char byte : bytes.substr(0, most))
    text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

std::string local_time(int64_t seconds, int32_t nanos, TimeStyle style) {
  const std::time_t time = seconds;
  std::tm parts{};
  localtime_r(&time, &parts);
  char text[32];
  const bool clock = style == TimeStyle::kClock;
  std::strftime(text, sizeof text, clock ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &parts);
  return clock ? fmt::format("{}.{:03}", text, nanos / 1'000'000) : std::string(text);
}

}  // namespace bulkhead::cli
