// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/vocabulary.h"

#include <algorithm>
#include <array>

#include "wire/apps/bacnet/table.h"
#include "wire/apps/cip/route.h"
#include "wire/apps/cip/services.h"
#include "wire/apps/dnp3/functions.h"
#include "wire/apps/enip/encapsulation.h"
#include "wire/apps/ethercat/ethercat.h"
#include "wire/apps/fins/fins.h"
#include "wire/apps/fox/fox.h"
#include "wire/apps/hart_ip/hart_ip.h"
#include "wire/apps/iec104/iec104.h"
#include "wire/apps/mms/table.h"
#include "wire/apps/modbus.h"
#include "wire/apps/mqtt/mqtt.h"
#include "wire/apps/opcua/opcua.h"
#include "wire/apps/pn_cm/pn_cm.h"
#include "wire/apps/s7comm/table.h"
#include "wire/apps/s7comm_plus/table.h"
#include "wire/apps/slmp/slmp.h"
#include "wire/apps/tls/tls.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::wire {
namespace {

using ip_protocol::kTcp;
using ip_protocol::kUdp;

constexpr uint64_t k16 = 0xffff, k22 = 0x3f'ffff, k24 = 0xff'ffff, k32 = 0xffff'ffff;
constexpr uint64_t kBits = 8;  // of a byte

// clang-format off
// word, type, last, scale, shift, last container, named, any case
constexpr PointWord kModbus[] = {
    {"holding", PointType::kHolding, k16},
    {"coils", PointType::kCoil, k16},
    {"inputs", PointType::kInput, k16},
    {"discretes", PointType::kDiscrete, k16},
    {"fifos", PointType::kFifo, k16},
    {"files", PointType::kFileRecord, k16, 0x10000},
};
constexpr PointWord kDnp3[] = {
    {"binary_inputs", PointType::kDnp3BinaryInput, k32},
    {"double_bits", PointType::kDnp3DoubleBit, k32},
    {"binary_outputs", PointType::kDnp3BinaryOutput, k32},
    {"counters", PointType::kDnp3Counter, k32},
    {"analog_inputs", PointType::kDnp3AnalogInput, k32},
    {"analog_outputs", PointType::kDnp3AnalogOutput, k32},
    {"times", PointType::kDnp3Time, k32},
    {"classes", PointType::kDnp3Class, k32},
    {"files", PointType::kDnp3File, k32, 1, 0, 0, true},
    {"iins", PointType::kDnp3Iin, k32},
    {"objects", PointType::kDnp3Object, k32},
};
// DBs and areas count bytes, as step 7 writes them; the wire counts bits.
constexpr PointWord kS7[] = {
    {"dbs", PointType::kS7Db, k24 / kBits, kBits, 32, k16},
    {"instance_dbs", PointType::kS7DbInstance, k24 / kBits, kBits, 32, k16},
    {"flags", PointType::kS7Flag, k24 / kBits, kBits},
    {"inputs", PointType::kS7Input, k24 / kBits, kBits},
    {"outputs", PointType::kS7Output, k24 / kBits, kBits},
    {"peripherals", PointType::kS7Peripheral, k24 / kBits, kBits},
    {"locals", PointType::kS7Local, k24 / kBits, kBits},
    {"timers", PointType::kS7Timer, k32},
    {"counters", PointType::kS7Counter, k32},
    {"system_data", PointType::kS7SystemData, k32},
    {"symbols", PointType::kS7Symbol, k32},
    {"blocks", PointType::kS7Block, k32, 1, 32, k32},
    {"szls", PointType::kS7Szl, k16, 1, 16, k16},
};
constexpr PointWord kS7Plus[] = {
    {"objects", PointType::kS7plusObject, k32},
};
// An object is an instance of its class, with all of its attributes; a file of a PLC counts elements.
constexpr PointWord kCip[] = {
    {"objects", PointType::kCipObject, k32, 0x10000, 48, k16},
    {"tags", PointType::kCipTag, 0, 1, 0, 0, true, true},
    {"assemblies", PointType::kCipAssembly, k32},
    {"connections", PointType::kCipConnection, k32},
    {"plc_files", PointType::kPcccFile, k16, 0x10000, 32, k16},
};
constexpr PointWord kIec104[] = {
    {"ioas", PointType::kIoa, k24},
};
constexpr PointWord kMms[] = {
    {"variables", PointType::kMmsVariable, 0, 1, 0, 0, true},
    {"variable_lists", PointType::kMmsVariableList, 0, 1, 0, 0, true},
    {"domains", PointType::kMmsDomain, 0, 1, 0, 0, true},
    {"programs", PointType::kMmsProgram, 0, 1, 0, 0, true},
    {"journals", PointType::kMmsJournal, 0, 1, 0, 0, true},
    {"files", PointType::kMmsFile, 0, 1, 0, 0, true},
};
constexpr PointWord kMqtt[] = {
    {"topics", PointType::kMqttTopic, 0, 1, 0, 0, true},
};
constexpr PointWord kHartIp[] = {
    {"variables", PointType::kHartVariable, 255, 1, hart_ip::kVariableBits, hart_ip::kLastDevice},
};
// A number is slot * 65536 + subslot.
constexpr PointWord kPnCm[] = {
    {"submodules", PointType::kPnSubmodule, k32, 1, 32, k32},
};
// Of memory areas by their code; parameter areas are 65536 above theirs.
constexpr PointWord kFins[] = {
    {"areas", PointType::kFinsArea, k24, 1, 32, 0x1'ffff},
};
// Of devices by their code; buffer memory of modules is 65536 above the module, a station's own
// memory 131072.
constexpr PointWord kSlmp[] = {
    {"devices", PointType::kSlmpDevice, k32, 1, 32, 0x2'ffff},
};
constexpr PointWord kUmas[] = {
    {"blocks", PointType::kUmasBlock, k16},
};
constexpr PointWord kOpcua[] = {
    {"nodes", PointType::kOpcuaNode, k32, 1, 32, k16, true},
};
constexpr PointWord kBacnet[] = {
    {"objects", PointType::kBacnetObject, k22, 1, 22, 1023},
    {"device_ranges", PointType::kBacnetDeviceRange, k22},
    {"files", PointType::kBacnetFile, k22},
};
// Of spaces: registers and memory 0, logical memory 1, objects of CoE 2, IDNs of SoE 3, files of FoE 4.
constexpr PointWord kEthercat[] = {
    {"addresses", PointType::kEthercatAddress, k32, 1, ethercat::kPointSpaceShift, 4, true},
};
// clang-format on

// What policies need of Modbus' own table.
std::span<const FunctionFact> modbus_facts() noexcept {
  constexpr size_t kMost = 64;
  static const auto kFacts = [] {
    std::array<FunctionFact, kMost> out{};
    const auto rows = modbus::functions();
    for (size_t i = 0; i < rows.size(); ++i)
      out[i] = {rows[i].code, rows[i].name, rows[i].cls, rows[i].technique};
    return out;
  }();
  return std::span(kFacts).first(modbus::functions().size());
}

constexpr Transport kOnModbus[] = {{kTcp, modbus::kPort}};
constexpr Transport kOnDnp3[] = {{kTcp, 20000}, {kUdp, 20000}};
constexpr Transport kOnIso[] = {{kTcp, 102}};
constexpr Transport kOnIec104[] = {{kTcp, iec104::kPort}};
constexpr Transport kOnEnip[] = {{kTcp, enip::kPort}, {kUdp, enip::kPort}};
constexpr Transport kOnCip[] = {{kTcp, enip::kPort}, {kUdp, enip::kIoPort}};
constexpr Transport kOnMqtt[] = {{kTcp, 1883}};
constexpr Transport kOnHartIp[] = {{kTcp, hart_ip::kPort}, {kUdp, hart_ip::kPort}};
constexpr Transport kOnPnCm[] = {{kUdp, pn_cm::kPort}};
constexpr Transport kOnFins[] = {{kUdp, fins::kPort}, {kTcp, fins::kPort}};
constexpr Transport kOnSlmp[] = {{kTcp, slmp::kTcpPort}, {kUdp, slmp::kUdpPort}};
constexpr Transport kOnFox[] = {{kTcp, fox::kPort}};
constexpr Transport kOnEthercat[] = {{kUdp, ethercat::kPort}};
constexpr Transport kOnOpcua[] = {{kTcp, 4840}};
constexpr Transport kOnBacnet[] = {{kUdp, 47808}};

// A row per protocol that a policy can open.
const auto& rows() noexcept {
  // clang-format off
  static const std::array kRows = {
      Vocabulary{App::kModbus, "Modbus", modbus_facts(), kModbus, "unit", 255, kOnModbus},
      Vocabulary{App::kDnp3, "DNP3", dnp3::functions(), kDnp3, "station", 0xffff, kOnDnp3},
      Vocabulary{App::kS7comm, "S7comm", s7comm::functions(), kS7, "slot", 255, kOnIso},
      Vocabulary{App::kS7commPlus, "S7comm-plus", s7comm_plus::functions(), kS7Plus, "", 0, kOnIso},
      Vocabulary{App::kEnip, "EtherNet/IP", enip::functions(), {}, "", 0, kOnEnip},
      Vocabulary{App::kCip, "CIP", cip::functions(), kCip, "unit", cip::kElsewhere, kOnCip, cip::kLastSlot},
      Vocabulary{App::kIec104, "IEC 104", iec104::functions(), kIec104, "station", 0xffff, kOnIec104},
      Vocabulary{App::kMms, "MMS", mms::functions(), kMms, "", 0, kOnIso},
      Vocabulary{App::kMqtt, "MQTT", mqtt::functions(), kMqtt, "", 0, kOnMqtt},
      Vocabulary{App::kHartIp, "HART-IP", hart_ip::functions(), kHartIp, "polling address", hart_ip::kLastPollingAddress, kOnHartIp},
      Vocabulary{App::kPnCm, "PROFINET CM", pn_cm::functions(), kPnCm, "", 0, kOnPnCm},
      Vocabulary{App::kOpcua, "OPC UA", opcua::functions(), kOpcua, "", 0, kOnOpcua},
      Vocabulary{App::kBacnet, "BACnet", bacnet::functions(), kBacnet, "network", 0xffff'ffff, kOnBacnet},
      Vocabulary{App::kFins, "FINS", fins::functions(), kFins, "node", 0xff'ffff, kOnFins},
      Vocabulary{App::kSlmp, "SLMP", slmp::functions(), kSlmp, "station", 0xffff'ffff, kOnSlmp},
      Vocabulary{App::kFox, "Niagara Fox", fox::functions(), {}, "", 0, kOnFox},
      Vocabulary{App::kUmas, "UMAS", umas::functions(), kUmas, "unit", 255, kOnModbus},
      Vocabulary{App::kEthercat, "EtherCAT", ethercat::functions(), kEthercat, "station", ethercat::kUnitLogical, kOnEthercat},
  };
  // clang-format on
  return kRows;
}

}  // namespace

std::span<const Vocabulary> vocabularies() noexcept {
  return rows();
}

const Vocabulary* vocabulary_of(App app) noexcept {
  for (const Vocabulary& row : rows())
    if (row.app == app) return &row;
  return nullptr;
}

const Vocabulary* vocabulary_named(std::string_view app) noexcept {
  for (const Vocabulary& row : rows())
    if (to_string(row.app) == app) return &row;
  return nullptr;
}

const Vocabulary* vocabulary_at(uint8_t protocol, uint16_t port) noexcept {
  for (const Vocabulary& row : rows())
    for (const Transport& at : row.transports)
      if (at.protocol == protocol && at.port == port) return &row;
  return nullptr;
}

const PointWord* point_word_of(PointType type) noexcept {
  for (const Vocabulary& row : rows())
    for (const PointWord& word : row.points)
      if (word.type == type) return &word;
  return nullptr;
}

const FunctionFact* function_of(App app, uint32_t code) noexcept {
  const Vocabulary* vocabulary = vocabulary_of(app);
  std::span<const FunctionFact> functions;
  if (app == App::kTls) functions = tls::functions();  // no policy names them
  if (vocabulary != nullptr) functions = vocabulary->functions;
  const auto found = std::ranges::find(functions, code, &FunctionFact::code);
  return found == functions.end() ? nullptr : &*found;
}

}  // namespace bulkhead::wire
