// SPDX-License-Identifier: Apache-2.0
#include "match/protocol.h"

#include <algorithm>

namespace bulkhead::match {
namespace {

constexpr std::array kProtocols = {
    ProtocolRow{Protocol::kUnknown, "unknown", true, {}},
    ProtocolRow{Protocol::kRdp, "rdp", false, {{{3389, 3389}}}},
    ProtocolRow{Protocol::kSmb, "smb", false, {{{139, 139}, {445, 445}}}},
    ProtocolRow{Protocol::kSsh, "ssh", false, {{{22, 22}}}},
    ProtocolRow{Protocol::kVnc, "vnc", false, {{{5500, 5500}, {5900, 5999}}}},
    ProtocolRow{Protocol::kHttp,
                "http",
                false,
                {{{80, 80}, {591, 591}, {5985, 5985}, {8000, 8000}, {8008, 8008}, {8080, 8080}}}},
    ProtocolRow{Protocol::kFtp, "ftp", false, {{{21, 21}}}},
    ProtocolRow{Protocol::kTelnet, "telnet", false, {{{23, 23}}}},
    ProtocolRow{Protocol::kDcerpc, "dcerpc", false, {{{135, 135}, {593, 593}}}},
    ProtocolRow{Protocol::kTls,
                "tls",
                false,
                {{{443, 443}, {465, 465}, {636, 636}, {989, 995}, {5986, 5986}, {8443, 8443}}}},
    ProtocolRow{Protocol::kSmtp, "smtp", false, {{{25, 25}, {587, 587}}}},
    ProtocolRow{Protocol::kMssql, "mssql", false, {{{1433, 1433}}}},
    ProtocolRow{Protocol::kX11, "x11", false, {{{6000, 6063}}}},
    ProtocolRow{Protocol::kRlogin, "rlogin", false, {{{513, 514}}}},
    ProtocolRow{Protocol::kModbus, "modbus", true, {{{502, 502}}}},
    ProtocolRow{Protocol::kIso, "iso", true, {{{102, 102}}}},
    ProtocolRow{Protocol::kDnp3, "dnp3", true, {{{20000, 20000}}}},
    ProtocolRow{Protocol::kOpcua, "opcua", true, {{{4840, 4840}}}},
    ProtocolRow{Protocol::kIec104, "iec104", true, {{{2404, 2404}}}},
    ProtocolRow{Protocol::kMqtt, "mqtt", true, {{{1883, 1883}}}},
    ProtocolRow{Protocol::kEnip, "enip", true, {{{44818, 44818}}}},
};
static_assert(kProtocols.size() == static_cast<size_t>(Protocol::kCount));

constexpr bool in_order() {
  for (size_t i = 0; i < kProtocols.size(); ++i)
    if (static_cast<size_t>(kProtocols[i].protocol) != i) return false;
  return true;
}
static_assert(in_order());

bool belongs_on(const ProtocolRow& row, uint16_t port) noexcept {
  return std::ranges::any_of(row.ports, [port](const PortSpan& span) {
    return port != 0 && port >= span.first && port <= span.last;
  });
}

}  // namespace

std::span<const ProtocolRow> protocols() noexcept {
  return kProtocols;
}

const ProtocolRow& row_of(Protocol protocol) noexcept {
  const auto index = static_cast<size_t>(protocol);
  return kProtocols[index < kProtocols.size() ? index : 0];
}

std::string_view to_string(Protocol protocol) noexcept {
  return row_of(protocol).word;
}

Protocol protocol_named(std::string_view word) noexcept {
  const auto row = std::ranges::find(kProtocols, word, &ProtocolRow::word);
  return row == kProtocols.end() ? Protocol::kUnknown : row->protocol;
}

ProtocolMask plant_protocols() noexcept {
  ProtocolMask out = 0;
  for (const ProtocolRow& row : kProtocols) out |= row.plant ? bit(row.protocol) : 0;
  return out;
}

ProtocolMask expected_on(ProtocolMask named, uint16_t port) noexcept {
  return named != 0 ? named : plant_protocols() | usual_on(port);
}

std::string words_of(ProtocolMask mask) {
  if (mask == kAnyProtocol) return "any";
  std::string out;
  for (const ProtocolRow& row : kProtocols)
    if ((mask & bit(row.protocol)) != 0) out += (out.empty() ? "" : ", ") + std::string(row.word);
  return out;
}

ProtocolMask usual_on(uint16_t port) noexcept {
  ProtocolMask out = 0;
  for (const ProtocolRow& row : kProtocols)
    if (!row.plant && belongs_on(row, port)) out |= bit(row.protocol);
  return out;
}

}  // namespace bulkhead::match
