// SPDX-License-Identifier: Apache-2.0
#include "dictionary.h"

#include <algorithm>
#include <array>

#include "wire/apps/goose/goose.h"
#include "wire/apps/pn_dcp/pn_dcp.h"
#include "wire/apps/sv/sv.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::fuzz {
namespace {

using wire::App;
using namespace std::string_view_literals;

// How an operation's function and sub-function lie on the wire.
enum class Shape : uint8_t {
  kByte,     // function, sub-function, a byte each
  kBig,      // 16 bits, most significant first
  kLittle,   // 16 bits, least significant first
  kHigh,     // function in the upper four bits: MQTT
  kService,  // a byte; sub-function: a class by its logical segment (CIP Vol 1 C-1.4.2)
  kTag,      // context-specific BER tag, primitive and constructed (X.690 8.1.2)
  kTyped,  // spaces above 15: a byte of its low four bits, function; others: as kLittle (EtherCAT)
  kName,   // in words, behind the protocol's own name
};

struct Row {
  App app;
  Shape shape;
  std::string_view frame;  // what a frame begins with, or is told by
};
constexpr std::array kRows = {
    Row{App::kModbus, Shape::kByte, "\0\0\0\x06\x01"sv},
    Row{App::kUmas, Shape::kByte, "\x5a\0"sv},
    Row{App::kDnp3, Shape::kByte, "\x05\x64"sv},
    Row{App::kCotp, Shape::kByte, "\x02\xf0\x80"sv},
    Row{App::kS7comm, Shape::kByte, "\x32\x01\0\0"sv},
    Row{App::kS7commPlus, Shape::kBig, "\x72\x01"sv},
    Row{App::kMms, Shape::kTag, "\xa0\x03\x02\x01"sv},
    Row{App::kEnip, Shape::kLittle, "\xb2\0"sv},
    Row{App::kCip, Shape::kService, "\x20\x06\x24\x01"sv},
    Row{App::kIec104, Shape::kByte, "\x68\x0e"sv},
    Row{App::kOpcua, Shape::kLittle, "MSGF"sv},
    Row{App::kBacnet, Shape::kByte, "\x81\x0a\0"sv},
    Row{App::kMqtt, Shape::kHigh, "\0\x04MQTT\x05"sv},
    Row{App::kHartIp, Shape::kByte, "\x01\0\x03\0"sv},
    Row{App::kFins, Shape::kBig, "FINS\0\0\0"sv},
    Row{App::kSlmp, Shape::kLittle, "\x50\0\0\xff\xff\x03\0"sv},
    Row{App::kEthercat, Shape::kTyped, "\x0e\x10\x05\x01\x01\x10\0\x10"sv},
    Row{App::kFox, Shape::kName, "fox a 1 -1 fox "sv},
    Row{App::kPnCm, Shape::kByte, "\x04\0\0\0\x10\0\0"sv},
    Row{App::kPnDcp, Shape::kByte, "\xfe\xfd"sv},
    Row{App::kGoose, Shape::kTag, "\x61\x81"sv},
    Row{App::kSv, Shape::kTag, "\x60\x80\x01"sv},
};

struct Target {
  std::string_view name;
  std::array<App, 4> apps;  // kNone: no more
};
constexpr std::array kTargets = {
    Target{"bacnet", {App::kBacnet}},
    Target{"dnp3", {App::kDnp3}},
    Target{"enip", {App::kEnip, App::kCip}},
    Target{"enip_datagram", {App::kEnip, App::kCip}},
    Target{"ethercat", {App::kEthercat}},
    Target{"fins", {App::kFins}},
    Target{"fox", {App::kFox}},
    Target{"goose", {App::kGoose}},
    Target{"hart_ip", {App::kHartIp}},
    Target{"iec104", {App::kIec104}},
    Target{"iso", {App::kCotp, App::kS7comm, App::kS7commPlus, App::kMms}},
    Target{"mms", {App::kMms}},
    Target{"modbus_adu", {App::kModbus, App::kUmas}},
    Target{"modbus_stream", {App::kModbus, App::kUmas}},
    Target{"mqtt", {App::kMqtt}},
    Target{"opcua", {App::kOpcua}},
    Target{"pipeline", {App::kModbus}},
    Target{"pn_cm", {App::kPnCm}},
    Target{"profinet", {App::kPnDcp}},
    Target{"s7comm", {App::kS7comm}},
    Target{"s7comm_plus", {App::kS7commPlus}},
    Target{"slmp", {App::kSlmp}},
    Target{"splice", {App::kModbus, App::kDnp3, App::kIec104, App::kS7comm}},
    Target{"sv", {App::kSv}},
    Target{"umas", {App::kModbus, App::kUmas}},
};

std::span<const wire::FunctionFact> functions_of(App app) {
  if (app == App::kPnDcp) return wire::pn_dcp::functions();
  if (app == App::kGoose) return wire::goose::functions();
  if (app == App::kSv) return wire::sv::functions();
  const wire::Vocabulary* const vocabulary = wire::vocabulary_of(app);
  return vocabulary == nullptr ? std::span<const wire::FunctionFact>{} : vocabulary->functions;
}

std::string byte(uint32_t value) {
  return {static_cast<char>(value & 0xff)};
}

// High tag numbers take a second octet (X.690 8.1.2.4).
std::string tag(uint32_t lead, uint32_t number) {
  return number < 31 ? byte(lead | number) : byte(lead | 31) + byte(number);
}

// Type and opcode of a mailbox, command and index, or a register's address.
std::string typed(uint32_t space, uint32_t function) {
  return space < 16 ? byte(function) + byte(function >> 8) : byte(space & 15) + byte(function);
}

void add_operation(const Row& row, const wire::FunctionFact& fact, std::vector<std::string>& out) {
  const auto [function, sub] = wire::code_parts(row.app, fact.code);
  switch (row.shape) {
    case Shape::kByte:
      out.push_back(sub == 0 ? byte(function) : byte(function) + byte(sub));
      if (sub != 0) out.push_back(byte(function) + byte(0) + byte(sub));
      break;
    case Shape::kBig:
      out.push_back(byte(function >> 8) + byte(function));
      break;
    case Shape::kLittle:
      out.push_back(byte(function) + byte(function >> 8));
      break;
    case Shape::kHigh:
      out.push_back(byte(function << 4));
      break;
    case Shape::kService:
      out.push_back(sub == 0 ? byte(function) : byte(function) + "\x02\x20" + byte(sub));
      break;
    case Shape::kTag:
      out.push_back(tag(0x80, function));
      out.push_back(tag(0xa0, function));
      break;
    case Shape::kTyped:
      out.push_back(typed(fact.code >> 24, function));
      break;
    case Shape::kName:
      out.emplace_back(fact.name.substr(fact.name.find('_') + 1));
      break;
  }
}

void add_protocol(App app, std::vector<std::string>& out) {
  const auto row = std::ranges::find(kRows, app, &Row::app);
  if (row == kRows.end()) return;
  out.emplace_back(row->frame);
  for (const wire::FunctionFact& fact : functions_of(app)) add_operation(*row, fact, out);
}

}  // namespace

std::vector<std::string_view> dictionary_targets() {
  std::vector<std::string_view> names;
  for (const Target& target : kTargets) names.push_back(target.name);
  return names;
}

std::vector<App> protocols_of(std::string_view target) {
  const auto found = std::ranges::find(kTargets, target, &Target::name);
  if (found == kTargets.end()) return {};
  return {found->apps.begin(), std::ranges::find(found->apps, App::kNone)};
}

std::vector<std::string> dictionary_of(std::string_view target) {
  std::vector<std::string> out;
  for (const App app : protocols_of(target)) add_protocol(app, out);
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string dictionary_line(std::string_view entry) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string line = "\"";
  for (const char c : entry) {
    const auto value = static_cast<uint8_t>(c);
    line += "\\x";
    line += kHex[value >> 4];
    line += kHex[value & 15];
  }
  return line + "\"\n";
}

}  // namespace bulkhead::fuzz
