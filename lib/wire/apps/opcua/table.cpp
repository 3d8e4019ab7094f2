// SPDX-License-Identifier: Apache-2.0
// Every service of Part 4 in binary encoding (identifiers: Part 6, annex A, NodeIds.csv), and what
// has no service: the connection's own messages and what cannot be read. Techniques are numbers of
// MITRE ATT&CK for ICS.
#include <algorithm>
#include <array>

#include "wire/apps/opcua/bodies.h"
#include "wire/apps/opcua/opcua.h"
#include "wire/apps/opcua/service.h"

namespace bulkhead::wire::opcua {

namespace {

using namespace layouts;
using Class = OperationClass;

// clang-format off
constexpr std::array kServices = {
    //      code   response name                                         class             ATT&CK body
    Service{397,   0,     "service_fault",                               Class::kUnspecified, 0,   kNothing},
    Service{422,   425,   "find_servers_request",                          Class::kDiscover,    846, kFindServersRequest},
    Service{425,   0,     "find_servers_response",                         Class::kDiscover,    846, kFindServersResponse},
    Service{428,   431,   "get_endpoints_request",                         Class::kDiscover,    888, kGetEndpointsRequest},
    Service{431,   0,     "get_endpoints_response",                        Class::kDiscover,    888, kGetEndpointsResponse},
    Service{437,   440,   "register_server_request",                       Class::kProgram,     855, kRegisterServerRequest},
    Service{440,   0,     "register_server_response",                      Class::kProgram,     855, kNothing},
    Service{446,   449,   "open_secure_channel_request",                   Class::kSession,     0,   kOpenSecureChannelRequest},
    Service{449,   0,     "open_secure_channel_response",                  Class::kSession,     0,   kOpenSecureChannelResponse},
    Service{452,   455,   "close_secure_channel_request",                  Class::kSession,     0,   kNothing},
    Service{455,   0,     "close_secure_channel_response",                 Class::kSession,     0,   kNothing},
    Service{461,   464,   "create_session_request",                        Class::kSession,     0,   kCreateSessionRequest},
    Service{464,   0,     "create_session_response",                       Class::kSession,     0,   kCreateSessionResponse},
    Service{467,   470,   "activate_session_request",                      Class::kSession,     859, kActivateSessionRequest},
    Service{470,   0,     "activate_session_response",                     Class::kSession,     859, kActivateSessionResponse},
    Service{473,   476,   "close_session_request",                         Class::kSession,     0,   kCloseSessionRequest},
    Service{476,   0,     "close_session_response",                        Class::kSession,     0,   kNothing},
    Service{479,   482,   "cancel_request",                                Class::kSession,     0,   kCancelRequest},
    Service{482,   0,     "cancel_response",                               Class::kSession,     0,   kCancelResponse},
    Service{488,   491,   "add_nodes_request",                             Class::kProgram,     889, kAddNodesRequest},
    Service{491,   0,     "add_nodes_response",                            Class::kProgram,     889, kAddNodesResponse},
    Service{494,   497,   "add_references_request",                        Class::kProgram,     889, kAddReferencesRequest},
    Service{497,   0,     "add_references_response",                       Class::kProgram,     889, kResults},
    Service{500,   503,   "delete_nodes_request",                          Class::kProgram,     889, kDeleteNodesRequest},
    Service{503,   0,     "delete_nodes_response",                         Class::kProgram,     889, kResults},
    Service{506,   509,   "delete_references_request",                     Class::kProgram,     889, kDeleteReferencesRequest},
    Service{509,   0,     "delete_references_response",                    Class::kProgram,     889, kResults},
    Service{527,   530,   "browse_request",                                Class::kDiscover,    861, kBrowseRequest},
    Service{530,   0,     "browse_response",                               Class::kDiscover,    861, kBrowseResponse},
    Service{533,   536,   "browse_next_request",                           Class::kDiscover,    861, kBrowseNextRequest},
    Service{536,   0,     "browse_next_response",                          Class::kDiscover,    861, kBrowseResponse},
    Service{554,   557,   "translate_browse_paths_to_node_ids_request",    Class::kDiscover,    861, kTranslatePathsRequest},
    Service{557,   0,     "translate_browse_paths_to_node_ids_response",   Class::kDiscover,    861, kTranslatePathsResponse},
    Service{560,   563,   "register_nodes_request",                        Class::kDiscover,    861, kNodes},
    Service{563,   0,     "register_nodes_response",                       Class::kDiscover,    861, kRegisterNodesResponse},
    Service{566,   569,   "unregister_nodes_request",                      Class::kDiscover,    861, kNodes},
    Service{569,   0,     "unregister_nodes_response",                     Class::kDiscover,    861, kNothing},
    Service{615,   618,   "query_first_request",                           Class::kDiscover,    861, kQueryFirstRequest},
    Service{618,   0,     "query_first_response",                          Class::kDiscover,    861, kQueryFirstResponse},
    Service{621,   624,   "query_next_request",                            Class::kDiscover,    861, kQueryNextRequest},
    Service{624,   0,     "query_next_response",                           Class::kDiscover,    861, kQueryNextResponse},
    Service{631,   634,   "read_request",                                  Class::kRead,        801, kReadRequest},
    Service{634,   0,     "read_response",                                 Class::kRead,        801, kReadResponse},
    Service{664,   667,   "history_read_request",                          Class::kRead,        801, kHistoryReadRequest},
    Service{667,   0,     "history_read_response",                         Class::kRead,        801, kHistoryReadResponse},
    Service{673,   676,   "write_request",                                 Class::kWrite,       855, kWriteRequest},
    Service{676,   0,     "write_response",                                Class::kWrite,       855, kResults},
    Service{700,   703,   "history_update_request",                        Class::kWrite,       836, kHistoryUpdateRequest},
    Service{703,   0,     "history_update_response",                       Class::kWrite,       836, kHistoryUpdateResponse},
    Service{712,   715,   "call_request",                                  Class::kControl,     855, kCallRequest},
    Service{715,   0,     "call_response",                                 Class::kControl,     855, kCallResponse},
    Service{751,   754,   "create_monitored_items_request",                Class::kRead,        801, kCreateMonitoredItemsRequest},
    Service{754,   0,     "create_monitored_items_response",               Class::kRead,        801, kCreateMonitoredItemsResponse},
    Service{763,   766,   "modify_monitored_items_request",                Class::kRead,        801, kModifyMonitoredItemsRequest},
    Service{766,   0,     "modify_monitored_items_response",               Class::kRead,        801, kModifyMonitoredItemsResponse},
    Service{769,   772,   "set_monitoring_mode_request",                   Class::kRead,        801, kSetMonitoringModeRequest},
    Service{772,   0,     "set_monitoring_mode_response",                  Class::kRead,        801, kResults},
    Service{775,   778,   "set_triggering_request",                        Class::kRead,        801, kSetTriggeringRequest},
    Service{778,   0,     "set_triggering_response",                       Class::kRead,        801, kSetTriggeringResponse},
    Service{781,   784,   "delete_monitored_items_request",                Class::kRead,        801, kDeleteMonitoredItemsRequest},
    Service{784,   0,     "delete_monitored_items_response",               Class::kRead,        801, kResults},
    Service{787,   790,   "create_subscription_request",                   Class::kRead,        801, kCreateSubscriptionRequest},
    Service{790,   0,     "create_subscription_response",                  Class::kRead,        801, kCreateSubscriptionResponse},
    Service{793,   796,   "modify_subscription_request",                   Class::kRead,        801, kModifySubscriptionRequest},
    Service{796,   0,     "modify_subscription_response",                  Class::kRead,        801, kModifySubscriptionResponse},
    Service{799,   802,   "set_publishing_mode_request",                   Class::kRead,        801, kSetPublishingModeRequest},
    Service{802,   0,     "set_publishing_mode_response",                  Class::kRead,        801, kResults},
    Service{826,   829,   "publish_request",                               Class::kRead,        801, kPublishRequest},
    Service{829,   0,     "publish_response",                              Class::kRead,        801, kPublishResponse},
    Service{832,   835,   "republish_request",                             Class::kRead,        801, kRepublishRequest},
    Service{835,   0,     "republish_response",                            Class::kRead,        801, kRepublishResponse},
    Service{841,   844,   "transfer_subscriptions_request",                Class::kRead,        801, kTransferSubscriptionsRequest},
    Service{844,   0,     "transfer_subscriptions_response",               Class::kRead,        801, kTransferSubscriptionsResponse},
    Service{847,   850,   "delete_subscriptions_request",                  Class::kRead,        801, kIds},
    Service{850,   0,     "delete_subscriptions_response",                 Class::kRead,        801, kResults},
    Service{12208, 12209, "find_servers_on_network_request",               Class::kDiscover,    846, kFindServersOnNetworkRequest},
    Service{12209, 0,     "find_servers_on_network_response",              Class::kDiscover,    846, kFindServersOnNetworkResponse},
    Service{12211, 12212, "register_server2_request",                      Class::kProgram,     855, kRegisterServer2Request},
    Service{12212, 0,     "register_server2_response",                     Class::kProgram,     855, kResults},
};

constexpr std::array kOthers = {
    FunctionFact{kHello,          "hello",           Class::kSession,     0},
    FunctionFact{kAcknowledge,    "acknowledge",     Class::kSession,     0},
    FunctionFact{kError,          "error",           Class::kSession,     0},
    FunctionFact{kReverseHello,   "reverse_hello",   Class::kSession,     0},
    FunctionFact{kAbort,          "abort",           Class::kSession,     0},
    FunctionFact{kEncrypted,      "encrypted",       Class::kUnspecified, 0},
    FunctionFact{kEncryptedOpen,  "encrypted_open",  Class::kSession,     0},
    FunctionFact{kEncryptedClose, "encrypted_close", Class::kSession,     0},
};
// clang-format on

constexpr bool strictly_ascending() noexcept {
  for (size_t i = 1; i < kServices.size(); ++i)
    if (kServices[i - 1].code >= kServices[i].code) return false;
  return true;
}
static_assert(strictly_ascending());

constexpr auto kFunctions = [] {
  std::array<FunctionFact, kServices.size() + kOthers.size()> all{};
  for (size_t i = 0; i < kServices.size(); ++i)
    all[i] = {kServices[i].code, kServices[i].name, kServices[i].cls, kServices[i].technique};
  for (size_t i = 0; i < kOthers.size(); ++i) all[kServices.size() + i] = kOthers[i];
  return all;
}();

// Rows of the services, by codes below kEnd; those above it are few.
constexpr uint32_t kEnd = 1024;
constexpr uint8_t kNoRow = 0xff;
static_assert(kServices.size() < kNoRow);
constexpr auto kRows = [] {
  std::array<uint8_t, kEnd> rows{};
  rows.fill(kNoRow);
  for (size_t i = 0; i < kServices.size(); ++i)
    if (kServices[i].code < kEnd) rows[kServices[i].code] = static_cast<uint8_t>(i);
  return rows;
}();

template <typename Row>
const Row* row_of(std::span<const Row> rows, uint32_t code) noexcept {
  const auto found = std::ranges::lower_bound(rows, code, {}, &Row::code);
  return found == rows.end() || found->code != code ? nullptr : &*found;
}

}  // namespace

std::span<const FunctionFact> functions() noexcept {
  return kFunctions;
}

const FunctionFact* function_of(uint32_t code) noexcept {
  return row_of(functions(), code);
}

std::span<const Service> services() noexcept {
  return kServices;
}

const Service* service_of(uint32_t code) noexcept {
  if (code < kEnd) return kRows[code] == kNoRow ? nullptr : &kServices[kRows[code]];
  return row_of(services(), code);
}

}  // namespace bulkhead::wire::opcua
