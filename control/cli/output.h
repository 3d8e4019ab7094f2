// SPDX-License-Identifier: Apache-2.0
// What people and machines see: aligned tables, colours on a terminal only, JSON by line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/api_client.h"

namespace google::protobuf {
class Message;
}

namespace bulkhead::cli {

// Exit status of every command.
inline constexpr int kOk = 0;
inline constexpr int kRefused = 1;  // refused, invalid, not found
inline constexpr int kUsage = 2;
inline constexpr int kUnreachable = 3;  // nobody answers at the socket

enum class Colour : uint8_t { kNone, kRed, kGreen, kYellow, kDim, kBold };
// `text` in colour when standard output is a terminal and NO_COLOR is not set.
std::string paint(Colour colour, std::string_view text);

// Columns as wide as their widest cell; numbers to the right.
class Table {
 public:
  enum class Align : uint8_t { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::string text() const;
  // Without colour and line ends; the titles first.
  [[nodiscard]] std::vector<std::string> lines() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// One line of proto3 JSON with the field names of the .proto files.
std::string json_text(const google::protobuf::Message& message);
void print_json(const google::protobuf::Message& message);

// On standard error; the exit status.
int report(const CallError& error);

// "policy.yaml:12:7: error: relationships[a].modbus: unknown key"
std::string to_line(const v1::ErrorDetail& detail);

std::string count(uint64_t number);                    // "1 234 567"
std::string duration(uint64_t ns);                     // "812 us"
std::string hex(std::string_view bytes, size_t most);  // "1f3a9c..."
// Local time. kClock: "21:06:02.123"; kDate: "2026-11-22 21:06:02".
enum class TimeStyle : uint8_t { kClock, kDate };
std::string local_time(int64_t seconds, int32_t nanos, TimeStyle style);

}  // namespace bulkhead::cli
