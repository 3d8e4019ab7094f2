// SPDX-License-Identifier: Apache-2.0
// Bodies of requests and responses behind their headers (Part 4, 5), field by field.
#pragma once

#include "wire/apps/opcua/structures.h"

namespace bulkhead::wire::opcua::layouts {

using namespace field;

// clang-format off
inline constexpr Field kResponseHeader[] = {kTime, kU32, fixed(4, Role::kStatus), kDiagnostic, array(kString), kExtension};

inline constexpr Layout kNothing{};
inline constexpr Field kResults[] = {array(kU32), array(kDiagnostic)};
inline constexpr Field kNodes[] = {array(node(Role::kPoint))};
inline constexpr Field kIds[] = {array(kU32)};

inline constexpr Field kFindServersRequest[] = {kString, array(kString), array(kString)};
inline constexpr Field kFindServersResponse[] = {array_of(kApplication)};
inline constexpr Field kFindServersOnNetworkRequest[] = {kU32, kU32, array(kString)};
inline constexpr Field kFindServersOnNetworkResponse[] = {kTime, array_of(kServerOnNetwork)};
inline constexpr Field kGetEndpointsRequest[] = {kString, array(kString), array(kString)};
inline constexpr Field kGetEndpointsResponse[] = {array_of(kEndpoint)};
inline constexpr Field kRegisterServerRequest[] = {structure(kRegisteredServer)};
inline constexpr Field kRegisterServer2Request[] = {structure(kRegisteredServer), array(kExtension)};
inline constexpr Field kOpenSecureChannelRequest[] = {kU32, kU32, kU32, kString, kU32};
inline constexpr Field kOpenSecureChannelResponse[] = {kU32, structure(kChannelToken), kString};
inline constexpr Field kCreateSessionRequest[] = {structure(kApplication), kString, kString, kString, kString, kString, kDouble, kU32};
inline constexpr Field kCreateSessionResponse[] = {node(), node(), kDouble, kString, kString, array_of(kEndpoint), array_of(kSignedCertificate), structure(kSignature), kU32};
inline constexpr Field kActivateSessionRequest[] = {structure(kSignature), array_of(kSignedCertificate), array(kString), kExtension, structure(kSignature)};
inline constexpr Field kActivateSessionResponse[] = {kString, array(kU32), array(kDiagnostic)};
inline constexpr Field kCloseSessionRequest[] = {kBool};
inline constexpr Field kCancelRequest[] = {kU32};
inline constexpr Field kCancelResponse[] = {kU32};
inline constexpr Field kAddNodesRequest[] = {array_of(kAddNode)};
inline constexpr Field kAddNodesResponse[] = {array_of(kAddedNode), array(kDiagnostic)};
inline constexpr Field kAddReferencesRequest[] = {array_of(kAddReference)};
inline constexpr Field kDeleteNodesRequest[] = {array_of(kDeleteNode)};
inline constexpr Field kDeleteReferencesRequest[] = {array_of(kDeleteReference)};
inline constexpr Field kBrowseRequest[] = {structure(kView), kU32, array_of(kBrowseItem)};
inline constexpr Field kBrowseResponse[] = {array_of(kBrowseResult), array(kDiagnostic)};
inline constexpr Field kBrowseNextRequest[] = {kBool, array(kString)};
inline constexpr Field kTranslatePathsRequest[] = {array_of(kBrowsePath)};
inline constexpr Field kTranslatePathsResponse[] = {array_of(kPathResult), array(kDiagnostic)};
inline constexpr Field kRegisterNodesResponse[] = {array(node())};
inline constexpr Field kQueryFirstRequest[] = {structure(kView), array_of(kNodeType), structure(kFilter), kU32, kU32};
inline constexpr Field kQueryFirstResponse[] = {array_of(kQueryDataSet), kString, array_of(kParsingResult), array(kDiagnostic), array_of(kElementResult), array(kDiagnostic)};
inline constexpr Field kQueryNextRequest[] = {kBool, kString};
inline constexpr Field kQueryNextResponse[] = {array_of(kQueryDataSet), kString};
inline constexpr Field kReadRequest[] = {kDouble, kU32, array_of(kReadItem)};
inline constexpr Field kReadResponse[] = {array(data_value(Role::kValue)), array(kDiagnostic)};
inline constexpr Field kHistoryReadRequest[] = {kExtension, kU32, kBool, array_of(kHistoryItem)};
inline constexpr Field kHistoryReadResponse[] = {array_of(kHistoryResult), array(kDiagnostic)};
inline constexpr Field kWriteRequest[] = {array_of(kWriteItem)};
inline constexpr Field kHistoryUpdateRequest[] = {array(kHistoryDetail)};
inline constexpr Field kHistoryUpdateResponse[] = {array_of(kUpdateResult), array(kDiagnostic)};
inline constexpr Field kCallRequest[] = {array_of(kCallItem)};
inline constexpr Field kCallResponse[] = {array_of(kCallResult), array(kDiagnostic)};
inline constexpr Field kCreateMonitoredItemsRequest[] = {kU32, kU32, array_of(kCreateItem)};
inline constexpr Field kCreateMonitoredItemsResponse[] = {array_of(kCreatedItem), array(kDiagnostic)};
inline constexpr Field kModifyMonitoredItemsRequest[] = {kU32, kU32, array_of(kModifyItem)};
inline constexpr Field kModifyMonitoredItemsResponse[] = {array_of(kModifiedItem), array(kDiagnostic)};
inline constexpr Field kSetMonitoringModeRequest[] = {kU32, kU32, array(kU32)};
inline constexpr Field kSetTriggeringRequest[] = {kU32, kU32, array(kU32), array(kU32)};
inline constexpr Field kSetTriggeringResponse[] = {array(kU32), array(kDiagnostic), array(kU32), array(kDiagnostic)};
inline constexpr Field kDeleteMonitoredItemsRequest[] = {kU32, array(kU32)};
inline constexpr Field kCreateSubscriptionRequest[] = {kDouble, kU32, kU32, kU32, kBool, kByte};
inline constexpr Field kCreateSubscriptionResponse[] = {kU32, kDouble, kU32, kU32};
inline constexpr Field kModifySubscriptionRequest[] = {kU32, kDouble, kU32, kU32, kU32, kByte};
inline constexpr Field kModifySubscriptionResponse[] = {kDouble, kU32, kU32};
inline constexpr Field kSetPublishingModeRequest[] = {kBool, array(kU32)};
inline constexpr Field kPublishRequest[] = {array_of(kAcknowledgement)};
inline constexpr Field kPublishResponse[] = {kU32, array(kU32), kBool, structure(kNotification), array(kU32), array(kDiagnostic)};
inline constexpr Field kRepublishRequest[] = {kU32, kU32};
inline constexpr Field kRepublishResponse[] = {structure(kNotification)};
inline constexpr Field kTransferSubscriptionsRequest[] = {array(kU32), kBool};
inline constexpr Field kTransferSubscriptionsResponse[] = {array_of(kTransferResult), array(kDiagnostic)};
// clang-format on

}  // namespace bulkhead::wire::opcua::layouts
